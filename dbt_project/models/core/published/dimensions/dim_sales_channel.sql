{{ published_rows(ref('core__dim_sales_channel')) }}
