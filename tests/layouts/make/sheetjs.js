// Writes workbooks from a JSON list on standard input, [{path, type, book}, …], with SheetJS.
// `type` is a bookType of SheetJS: biff8, biff5, xlsb, ods, xlsm. An xlsm carries a project of macros whose one module is a
// comment. SheetJS writes biff5 in ASCII only: its texts are given as bytes of code page 936, for which it puts
// underscores, and the bytes are put in their places afterwards.
const XLSX = require("xlsx");
const fs = require("fs");
const pages = require("xlsx/dist/cpexcel.js");

const ERRORS = { "#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0f, "#REF!": 0x17, "#NAME?": 0x1d, "#NUM!": 0x24, "#N/A": 0x2a };

// A day's number, counted from 1899-12-30 or from 1904-01-01.
const number = (iso, is1904) =>
  Math.round((Date.parse(iso + "T00:00:00Z") - Date.UTC(...(is1904 ? [1904, 0, 1] : [1899, 11, 30]))) / 86400000);

function cell(data, is1904, spelt) {
  const made = {};
  if (data.kind === "error") Object.assign(made, { t: "e", v: ERRORS[data.value], w: data.value });
  else if (data.kind === "day") Object.assign(made, { t: "n", v: number(data.value, is1904), z: "yyyy-mm-dd" });
  else if (data.value === "") return null;
  else if (typeof data.value === "boolean") Object.assign(made, { t: "b", v: data.value });
  else if (typeof data.value === "number") Object.assign(made, { t: "n", v: data.value });
  else Object.assign(made, { t: "s", v: spelt(String(data.value)) });
  if (data.formula && data.kind === "formula") made.f = data.formula;
  if (data.note) made.c = [{ a: "核对人", t: data.note }];
  return made;
}

const gbk = (text) => Buffer.from(pages.utils.encode(936, text));
const narrow = (text) => gbk(text).toString("latin1");

// Names of sheets and texts of cells, in the order of their records, into the stream of a biff5 workbook.
function withTexts(data, book) {
  const container = XLSX.CFB.read(data, { type: "buffer" });
  const stream = Buffer.from(XLSX.CFB.find(container, "/Book").content);
  let sheet = -1;
  let name = 0;
  for (let at = 0; at + 4 <= stream.length; at += 4 + stream.readUInt16LE(at + 2)) {
    const kind = stream.readUInt16LE(at);
    if (kind === 0x0809 && stream.readUInt16LE(at + 6) === 0x0010) sheet += 1;
    else if (kind === 0x0042) stream.writeUInt16LE(936, at + 4);
    else if (kind === 0x0085) gbk(book.sheets[name++].name).copy(stream, at + 4 + 7);
    else if (kind === 0x0204) {
      const value = book.sheets[sheet].rows[stream.readUInt16LE(at + 4)][stream.readUInt16LE(at + 6)];
      gbk(String(value.value)).copy(stream, at + 4 + 8);
    }
  }
  XLSX.CFB.find(container, "/Book").content = stream;
  return XLSX.CFB.write(container, { type: "buffer" });
}

function macros() {
  const project = XLSX.CFB.utils.cfb_new();
  XLSX.CFB.utils.cfb_add(project, "/PROJECT", Buffer.from('ID="{00000000-0000-0000-0000-000000000000}"\r\nModule=Module1\r\n'));
  XLSX.CFB.utils.cfb_add(project, "/VBA/dir", Buffer.from([1, 0, 4, 0, 1, 0, 0, 0]));
  XLSX.CFB.utils.cfb_add(project, "/VBA/Module1", Buffer.from("' nothing\r\n"));
  return XLSX.CFB.write(project, { type: "buffer" });
}

for (const { path, type, book } of JSON.parse(fs.readFileSync(0, "utf8"))) {
  const made = XLSX.utils.book_new();
  const spelt = type === "biff5" ? narrow : (text) => text;
  made.Workbook = { WBProps: { date1904: book.is_1904 }, Sheets: [] };
  if (type === "xlsm") made.vbaraw = macros();
  for (const data of book.sheets) {
    const sheet = {};
    let width = 1;
    data.rows.forEach((row, r) =>
      row.forEach((value, c) => {
        const found = cell(value, book.is_1904, spelt);
        width = Math.max(width, c + 1);
        if (found) sheet[XLSX.utils.encode_cell({ r, c })] = found;
      }),
    );
    sheet["!ref"] = XLSX.utils.encode_range({ r: 0, c: 0 }, { r: Math.max(data.rows.length, 1) - 1, c: width - 1 });
    sheet["!merges"] = data.merged.map((area) => XLSX.utils.decode_range(area));
    sheet["!rows"] = [];
    for (const r of data.hidden_rows) sheet["!rows"][r] = { hidden: true };
    sheet["!cols"] = [];
    for (const c of data.hidden_columns) sheet["!cols"][c] = { hidden: true };
    XLSX.utils.book_append_sheet(made, sheet, spelt(data.name));
    made.Workbook.Sheets.push({ name: spelt(data.name), Hidden: data.is_hidden ? 1 : 0 });
  }
  const data = XLSX.write(made, { bookType: type, type: "buffer", compression: true, bookSST: type !== "biff5" });
  fs.writeFileSync(path, type === "biff5" ? withTexts(data, book) : data);
}
