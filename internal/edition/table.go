package edition

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
)

// The media types of [Table] (RFC 4180, RFC 7111) and [TableDescription].
const (
	TableType            = "text/csv; charset=utf-8; header=present"
	TableDescriptionType = "application/csvm+json"
)

// A column is a column of the table of claims.
type column struct {
	name        string
	datatype    string // of CSVW
	description string
	cell        func(r ClaimRow, s Stand) string
}

// columns are the table's, in order. Names never change and none is ever taken out: programs read them.
var columns = []column{
	{"fact", "string", "slug of the contested fact", func(r ClaimRow, _ Stand) string { return r.Fact }},
	{"question", "string", "the contested fact as a question", func(r ClaimRow, _ Stand) string { return r.Title }},
	{"edition", "integer", "number of the edition that the row is from", func(r ClaimRow, _ Stand) string { return strconv.Itoa(r.Number) }},
	{"claim", "string", "code of the claim", func(r ClaimRow, _ Stand) string { return r.Claim.Code }},
	{"aspect", "string", "slug of the part of the question, empty for the question itself", func(_ ClaimRow, s Stand) string { return s.Aspect }},
	{"aspect_question", "string", "the part of the question", func(_ ClaimRow, s Stand) string { return s.AspectQuestion.String() }},
	{"letter", "string", "letter of the position", func(_ ClaimRow, s Stand) string { return s.Letter }},
	{"position", "string", "slug of the position, empty for a claim that takes none", func(_ ClaimRow, s Stand) string { return s.Position }},
	{"position_label", "string", "the position in words", func(_ ClaimRow, s Stand) string { return s.Label.String() }},
	{"mode", "string", "how the claim takes it: asserted, denied, presupposed, demanded, conditional, concern, withheld", func(_ ClaimRow, s Stand) string { return s.Mode }},
	{"period", "string", "slug of the stretch of time that the claim stands under, empty for none", func(r ClaimRow, s Stand) string { stance, _ := r.Claim.stanceOn(s.Aspect); return stance.Period }},
	{"source", "string", "slug of whoever's words they are", func(r ClaimRow, _ Stand) string { return r.Claim.Source }},
	{"source_name", "string", "the same by name", func(r ClaimRow, _ Stand) string { return r.SourceName }},
	{"named", "string", "the name as the article prints it", func(r ClaimRow, _ Stand) string { return r.Claim.Named }},
	{"office", "string", "the office as the article gives it", func(r ClaimRow, _ Stand) string { return r.Claim.Office }},
	{"party", "string", "slug of the party that the source speaks for", func(r ClaimRow, _ Stand) string { return r.Claim.Party }},
	{"attributed_to", "string", "slug of the source whose view the words report, if that is another one", func(r ClaimRow, _ Stand) string { return r.Claim.AttributedTo }},
	{"said", "string", "when it was said, in words", func(r ClaimRow, _ Stand) string { return r.Claim.Said.Text }},
	{"said_earliest", "date", "first day on which it can have been said", func(r ClaimRow, _ Stand) string { return r.Claim.Said.Earliest }},
	{"said_latest", "date", "last day on which it can have been said", func(r ClaimRow, _ Stand) string { return r.Claim.Said.Latest }},
	{"said_basis", "string", "given, inferred or unknown", func(r ClaimRow, _ Stand) string { return r.Claim.Said.Basis }},
	{"issued_earliest", "date", "first day on which it can have been issued", func(r ClaimRow, _ Stand) string { return r.Claim.Issued.Earliest }},
	{"issued_latest", "date", "last day on which it can have been issued", func(r ClaimRow, _ Stand) string { return r.Claim.Issued.Latest }},
	{"issued_basis", "string", "given, inferred or unknown", func(r ClaimRow, _ Stand) string { return r.Claim.Issued.Basis }},
	{"voice", "string", "direct, paraphrase or outlet (in its own voice)", func(r ClaimRow, _ Stand) string { return r.Claim.Voice }},
	{"basis", "string", "what the source claims to know it from, empty where it does not say", func(r ClaimRow, _ Stand) string { return r.Claim.Basis }},
	{"chain", "string", "the steps by which the words came, joined by semicolons", func(r ClaimRow, _ Stand) string { return r.Claim.chainText() }},
	{"outlet", "string", "slug of the outlet", func(r ClaimRow, _ Stand) string { return r.Claim.Outlet }},
	{"outlet_name", "string", "the same by name", func(r ClaimRow, _ Stand) string { return r.Outlet }},
	{"article", "string", "slug of the article", func(r ClaimRow, _ Stand) string { return r.Claim.Article }},
	{"published_earliest", "date", "first day on which the article can have been published", func(r ClaimRow, _ Stand) string { return r.Article.Published.Earliest }},
	{"published_latest", "date", "last day on which the article can have been published", func(r ClaimRow, _ Stand) string { return r.Article.Published.Latest }},
	{"occasion", "string", "slug of the occasion on which it was said, empty for none", func(r ClaimRow, _ Stand) string { return r.Claim.Event }},
	{"language", "language", "of the words (BCP 47)", func(r ClaimRow, _ Stand) string { return r.Claim.Lang }},
	{"words", "string", "the words as the article prints them; where words between are left out there is …", func(r ClaimRow, _ Stand) string { return strings.Join(r.Claim.Segments, " … ") }},
	{"words_changed", "string", "what the outlet has done to the words since: removed, re-worded, or empty where nothing of it is known", func(r ClaimRow, _ Stand) string { return r.Claim.Changed.Kind }},
	{"words_changed_seen", "date", "the day of the text in which that was seen", func(r ClaimRow, _ Stand) string { return r.Claim.Changed.Seen }},
	{"words_now", "string", "the words that the article has in their place, empty where it has none", func(r ClaimRow, _ Stand) string { return r.Claim.Changed.Now }},
	{"figures", "string", "the figures in the words, joined by semicolons", func(r ClaimRow, _ Stand) string { return r.Claim.figuresText() }},
	{"invented", "boolean", "whether all of it is invented for practice", func(r ClaimRow, _ Stand) string { return strconv.FormatBool(r.Fiction) }},
	{"original", "anyURI", "address of the article at its outlet", func(r ClaimRow, _ Stand) string { return r.Article.URL }},
}

// addressColumn is the last column: what it holds depends on where the table is asked for.
var addressColumn = column{name: "address", datatype: "anyURI", description: "address of the claim in the edition"}

func (c Claim) chainText() string {
	var steps []string
	for _, h := range c.Chain {
		steps = append(steps, h.Text)
	}
	return strings.Join(steps, "; ")
}

func (c Claim) figuresText() string {
	var figures []string
	for _, f := range c.Figures {
		figures = append(figures, f.Printed)
	}
	return strings.Join(figures, "; ")
}

// Table writes claims as CSV (RFC 4180, in UTF-8, with a header and CRLF): a row for each question that a claim answers,
// so that a claim on an aspect and on the fact itself has two. address gives the absolute address of a claim in its
// edition.
//
// A spreadsheet takes a cell that begins with one of = + - @, a tab or a line break for a formula; such a cell gets an
// apostrophe before it.
func Table(rows []ClaimRow, address func(ClaimRow) string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	write := func(cells []string) { _ = w.Write(cells) } // a buffer never fails
	var header []string
	for _, c := range columns {
		header = append(header, c.name)
	}
	write(append(header, addressColumn.name))
	for _, r := range rows {
		for _, s := range r.Stands {
			var cells []string
			for _, c := range columns {
				cells = append(cells, inert(c.cell(r, s)))
			}
			write(append(cells, inert(address(r))))
		}
	}
	w.Flush()
	return b.Bytes()
}

// inert keeps a cell from being taken for a formula.
func inert(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
		return "'" + cell
	}
	return cell
}

// tableNote stands in the description of every table.
const tableNote = "One row for each question that a claim answers. A cell that a spreadsheet would take for a formula has an apostrophe before it."

// TableDescription describes a table as CSVW (W3C, Metadata Vocabulary for Tabular Data): what each column holds, and of
// which type. table is the table's address, absolute or beside the description.
func TableDescription(table, title string) []byte {
	type field struct {
		Name        string `json:"name"`
		Titles      string `json:"titles"`
		Description string `json:"dc:description"`
		Datatype    string `json:"datatype"`
	}
	description := struct {
		Context     []any  `json:"@context"`
		URL         string `json:"url"`
		Title       string `json:"dc:title"`
		Description string `json:"dc:description"`
		Schema      struct {
			Columns []field `json:"columns"`
		} `json:"tableSchema"`
	}{
		Context: []any{"http://www.w3.org/ns/csvw", map[string]string{"@language": "en"}},
		URL:     table, Title: title, Description: tableNote,
	}
	for _, c := range columns {
		description.Schema.Columns = append(description.Schema.Columns, field{c.name, c.name, c.description, c.datatype})
	}
	last := addressColumn
	description.Schema.Columns = append(description.Schema.Columns, field{last.name, last.name, last.description, last.datatype})
	written, _ := json.MarshalIndent(description, "", "  ") // texts alone, which never fail
	return append(written, '\n')
}
