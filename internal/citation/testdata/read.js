// Reads references with Citation.js, a reader that is not ours. Standard input is a JSON list of {form, text}; standard
// output a list of what was read of each: the items as CSL-JSON, and for CSL-JSON also what a strict reading keeps of it
// (it drops a property that CSL 1.0.2 does not name or that has another type) and the item as the style APA prints it.
const fs = require('fs')
const { Cite } = require('@citation-js/core')
const { clean } = require('@citation-js/core/lib/plugins/input/csl.js')
require('@citation-js/plugin-bibtex')
require('@citation-js/plugin-ris')
require('@citation-js/plugin-csl')

const types = { bibtex: '@biblatex/text', ris: '@ris/file', csl: '@csl/list+object' }

const read = ({ form, text }) => {
  const data = form === 'csl' ? JSON.parse(text) : text
  const cite = new Cite(data, { forceType: types[form], generateGraph: false })
  if (form !== 'csl') return { items: cite.data }
  return { items: cite.data, strict: clean(data, false), printed: cite.format('bibliography', { template: 'apa', format: 'text' }) }
}

process.stdout.write(JSON.stringify(JSON.parse(fs.readFileSync(0)).map((reference) => {
  try {
    return read(reference)
  } catch (error) {
    return { error: String(error) }
  }
})))
