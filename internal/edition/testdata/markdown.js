// Renders Markdown with marked, a renderer that is not ours, with GitHub's additions. Standard input is a JSON list of
// texts, standard output the list of their HTML.
const fs = require('fs')
const { marked } = require('marked')

process.stdout.write(JSON.stringify(JSON.parse(fs.readFileSync(0)).map((text) => marked.parse(text, { gfm: true }))))
