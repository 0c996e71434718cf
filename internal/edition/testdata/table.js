// Reads a table with Papa Parse and, by its description, with a reader of CSVW; neither is ours. Standard input is
// {table, description}, standard output {rows, errors, cells}: the cells as text, what was found wrong, and for each row
// the cells by the name of their column with the datatype that the description gives them.
const fs = require('fs')
const { Readable } = require('stream')
const Papa = require('papaparse')

const csvw = 'http://www.w3.org/ns/csvw#'
const xsd = 'http://www.w3.org/2001/XMLSchema#'

// asRDF turns the parts of a description that say something of columns into RDF, as the context of CSVW does.
const asRDF = (rdf, dataset, description) => {
  const add = (s, p, o) => dataset.add(rdf.quad(s, rdf.namedNode(p), o))
  const [table, schema] = [rdf.blankNode(), rdf.blankNode()]
  add(table, csvw + 'url', rdf.namedNode(description.url))
  add(table, csvw + 'tableSchema', schema)
  const type = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
  let rest = rdf.namedNode(type + 'nil')
  for (const column of [...description.tableSchema.columns].reverse()) {
    const [node, item] = [rdf.blankNode(), rdf.blankNode()]
    add(node, csvw + 'name', rdf.literal(column.name))
    add(node, csvw + 'title', rdf.literal(column.titles))
    add(node, csvw + 'datatype', rdf.namedNode(xsd + column.datatype))
    add(item, type + 'first', node)
    add(item, type + 'rest', rest)
    rest = item
  }
  add(schema, csvw + 'column', rest)
  return dataset
}

const main = async () => {
  const { table, description } = JSON.parse(fs.readFileSync(0))
  const { default: Parser } = await import('@zazuko/rdf-parser-csvw')
  const { default: rdf } = await import('@zazuko/rdf-parser-csvw/lib/Factory.js')
  const { default: datasets } = await import('@rdfjs/dataset')
  const { data, errors } = Papa.parse(table, { newline: '\r\n' })
  const quads = []
  const metadata = asRDF(rdf, datasets.dataset(), JSON.parse(description))
  for await (const quad of new Parser({ metadata, baseIRI: 'https://desk.example/table.csv' }).import(Readable.from([table]))) quads.push(quad)
  const cells = quads.filter((quad) => quad.predicate.value === csvw + 'describes').map((row) =>
    Object.fromEntries(quads.filter((quad) => quad.subject.equals(row.object)).map((quad) =>
      [decodeURIComponent(quad.predicate.value.split('#')[1]), { value: quad.object.value, datatype: quad.object.datatype.value.replace(xsd, '') }])))
  process.stdout.write(JSON.stringify({ rows: data, errors, cells }))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
