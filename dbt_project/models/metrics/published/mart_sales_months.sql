{{ published_rows(ref('metrics__mart_sales_months')) }}
