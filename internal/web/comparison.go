package web

import (
	"slices"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// A factPageMaker holds what the parts of a fact's page are made from.
type factPageMaker struct {
	linker
	content  edition.Content
	claims   map[string]edition.Claim
	articles map[string]edition.Article
	records  map[string]edition.Record
	placed   map[string]bool // places that are on the page already
	desk     helpdesk
	path     string // of the edition
}

// card makes the card of a claim. The first on the page is the place by which the claim is cited.
func (m *factPageMaker) card(code string) ui.Card {
	c := m.claims[code]
	card := m.newCard(c, m.articles[c.Article], m.content.Words.InTheArticle, m.content.Words.Original)
	card.Wrong = m.desk.wrong(ui.At(m.path, code))
	if !m.placed[code] {
		m.placed[code] = true
		card.ID = code
	}
	return card
}

func (m *factPageMaker) cards(codes []string) []ui.Card {
	var cards []ui.Card
	for _, code := range codes {
		cards = append(cards, m.card(code))
	}
	return cards
}

func (m *factPageMaker) band(b edition.Band) ui.Band {
	band := ui.Band{
		ID:        bandID(b.Aspect),
		Caption:   m.content.Words.Comparison + ": " + m.content.Title,
		Checked:   m.prose(b.Checked),
		AlsoSaid:  m.content.Words.AlsoSaid,
		Checkable: m.content.Words.Checkable,
	}
	if b.Aspect != "" {
		band.Question = m.prose(b.Question)
		band.Caption = m.content.Words.Comparison + ": " + b.Question.String()
	}
	for _, h := range b.Heads {
		band.Heads = append(band.Heads, ui.Head{
			Letter: h.Letter, Colour: h.Colour, Label: m.prose(h.Label), Lines: m.titled(h.Lines),
		})
	}
	for _, s := range b.Periods {
		stage := ui.Stage{Label: m.prose(s.Label), Span: m.prose(s.Span)}
		for _, rows := range pack(s.Rows) {
			stage.Rows = append(stage.Rows, m.row(band.Heads, rows))
		}
		band.Stages = append(band.Stages, stage)
	}
	for _, slug := range b.Records {
		band.Records = append(band.Records, m.record(m.records[slug]))
	}
	return band
}

func bandID(aspect string) string {
	if aspect == "" {
		return "question"
	}
	return "aspect-" + aspect
}

// pack joins neighbouring rows of one claim's column each into one row, each in a column of its own, so that a claim that
// nothing joins leaves no holes beside it.
func pack(rows []edition.Row) [][]edition.Row {
	var packs [][]edition.Row
	for _, r := range rows {
		if last := len(packs) - 1; last >= 0 && fits(packs[last], r) {
			packs[last] = append(packs[last], r)
		} else {
			packs = append(packs, []edition.Row{r})
		}
	}
	return packs
}

func fits(pack []edition.Row, r edition.Row) bool {
	column := loneColumn(r)
	return column >= 0 && !slices.ContainsFunc(pack, func(p edition.Row) bool {
		taken := loneColumn(p)
		return taken < 0 || taken == column
	})
}

// loneColumn returns the only column of a row that has claims, -1 if there is none or several, or if the row has claims
// that take no position.
func loneColumn(r edition.Row) int {
	column := -1
	for i, c := range r.Cells {
		switch {
		case len(c.Claims) == 0:
		case column >= 0:
			return -1
		default:
			column = i
		}
	}
	if len(r.AlsoSaid) > 0 {
		return -1
	}
	return column
}

// row draws a pack of rows as one.
func (m *factPageMaker) row(heads []ui.Head, rows []edition.Row) ui.Row {
	var row ui.Row
	for _, r := range rows {
		row.Occasions = append(row.Occasions, ui.Occasion{When: m.prose(r.When), Where: m.prose(r.Occasion)})
		row.AlsoSaid = append(row.AlsoSaid, m.cards(r.AlsoSaid)...)
	}
	row.Aside = len(row.AlsoSaid) > 0
	for i, h := range heads {
		cell := ui.Cell{Head: h}
		for _, r := range rows {
			for at, card := range m.cards(r.Cells[i].Claims) {
				dated := ui.Dated{Card: card}
				if at == 0 && len(rows) > 1 {
					dated.When = m.prose(r.When)
				}
				cell.Cards = append(cell.Cards, dated)
			}
		}
		row.Aside = row.Aside && len(cell.Cards) == 0
		if len(cell.Cards) == 0 {
			cell.Empty = m.remarks(rows, i)
			for _, r := range cell.Empty {
				row.Unheard = unheard(row.Unheard, h, r)
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// remarks gives what the cells of an empty column say, each text once; with dates where there are several.
func (m *factPageMaker) remarks(rows []edition.Row, column int) []ui.Remark {
	var remarks []ui.Remark
	for _, r := range rows {
		text := m.prose(r.Cells[column].Empty)
		if len(text) > 0 && !slices.ContainsFunc(remarks, func(e ui.Remark) bool { return e.Text.String() == text.String() }) {
			remarks = append(remarks, ui.Remark{When: m.prose(r.When), Text: text})
		}
	}
	if len(remarks) == 1 {
		remarks[0].When = nil
	}
	return remarks
}

// unheard adds a position to those of which the same is true.
func unheard(list []ui.Unheard, h ui.Head, r ui.Remark) []ui.Unheard {
	for i, u := range list {
		if u.Remark.Text.String() == r.Text.String() && u.Remark.When.String() == r.When.String() {
			list[i].Letters = append(list[i].Letters, h)
			return list
		}
	}
	return append(list, ui.Unheard{Letters: []ui.Head{h}, Remark: r})
}

func (m *factPageMaker) record(r edition.Record) ui.Record {
	words := m.content.Words
	record := ui.Record{Title: r.Title, About: strings.Join(without("", said(recordWords, r.Kind), r.Date.Text), ", ")}
	if id := recordID(r.Slug); !m.placed[id] {
		m.placed[id], record.ID = true, id
	}
	line := func(title string, texts ...ui.Prose) {
		if len(texts) > 0 && len(texts[0]) > 0 {
			record.Lines = append(record.Lines, ui.RecordLine{Title: title, Texts: texts})
		}
	}
	line(words.MadeBy, ui.Plainly(r.Maker))
	line(words.Where, whereabouts(r.Where))
	checked := r.Checked
	if r.CheckedBy != "" {
		checked += " (" + r.CheckedBy + ")"
	}
	line(words.Checked, ui.Plainly(checked))
	line(words.Shows, m.proses(r.Shows)...)
	line(words.ShowsNot, m.proses(r.ShowsNot)...)
	return record
}

func recordID(slug string) string { return "record-" + slug }

// whereabouts draws an address as a link and anything else as text.
func whereabouts(where string) ui.Prose {
	p := ui.Plainly(where)
	if address := ui.TextFragment(where, nil); address != "" {
		p[0].Href, p[0].Away = address, true
	}
	return p
}

// without returns the texts that are not s.
func without(s string, texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == s })
}
