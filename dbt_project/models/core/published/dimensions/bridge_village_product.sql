{{ published_rows(ref('core__bridge_village_product')) }}
