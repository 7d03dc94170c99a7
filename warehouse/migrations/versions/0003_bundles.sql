-- Files that came in a zip: each is a submission of its own, under the path of the zip.
alter table ops.landing_files add column bundle text;
comment on column ops.landing_files.bundle is '所在压缩包的路径；单独报送的文件为空';

alter table ops.submissions add column bundle_sha256 text;
comment on column ops.submissions.bundle_sha256 is '所在压缩包的 SHA-256，原件在档案库；单独报送的文件为空';
