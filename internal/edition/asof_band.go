package edition

import (
	"slices"
	"strconv"

	"counterclaim/internal/narrative"
)

// recall makes a page of what an edition holds by value: its nouns, and its claims with what they do in each band. It
// can word heads and rows; it knows nothing of what an edition leaves out.
func recall(c Content) *page {
	var held narrative.Collection
	for _, party := range c.Parties {
		held.Parties = append(held.Parties, narrative.Party{Slug: narrative.Slug(party.Slug), Name: party.Name})
	}
	for _, o := range c.Outlets {
		held.Outlets = append(held.Outlets, narrative.Outlet{Slug: narrative.Slug(o.Slug), Name: o.Name, Unknown: o.Unknown})
	}
	for _, s := range c.Sources {
		held.Sources = append(held.Sources, narrative.Source{
			Slug: narrative.Slug(s.Slug), Name: s.Name, Kind: narrative.SourceKind(s.Kind), Party: narrative.Slug(s.Party),
		})
	}
	for _, e := range c.Events {
		held.Events = append(held.Events, narrative.Event{Slug: narrative.Slug(e.Slug), Title: e.Title})
	}
	p := newPage(held)
	for _, claim := range c.Claims {
		it := &item{
			claim: narrative.Claim{
				Code: narrative.Code(claim.Code), Source: narrative.Slug(claim.Source), AttributedTo: narrative.Slug(claim.AttributedTo),
				Event: narrative.Slug(claim.Event), Basis: narrative.ClaimBasis(claim.Basis),
			},
			source: p.source(narrative.Slug(claim.Source)),
			said:   dateFrom(claim.Said),
		}
		it.relay = p.isRelay(it)
		p.items, p.byCode[it.claim.Code] = append(p.items, it), it
	}
	return p
}

// dateFrom takes a date back from its published form.
func dateFrom(d Date) narrative.Date {
	return narrative.Date{
		On: narrative.Interval{
			Earliest: narrative.Day(d.Earliest), Latest: narrative.Day(d.Latest), Precision: narrative.Precision(d.Precision),
		},
		At: d.Time, Basis: narrative.Basis(d.Basis), Reason: d.Reason,
	}
}

// band gives a band as of the day. Rows without claims disappear, and stages without rows.
func (r *restriction) band(b Band) Band {
	dated, others := r.recallBand(b), r.recallBand(b)
	isDated := func(it *item) bool { return r.standing[it.code()] == saidSurely && it.said.Dated() }
	dated.items = slices.DeleteFunc(dated.items, func(it *item) bool { return !isDated(it) })
	others.items = slices.DeleteFunc(others.items, func(it *item) bool { return isDated(it) || !r.placed(it.code()) })
	heads := make([]Head, 0, len(b.Heads))
	for _, h := range b.Heads {
		heads = append(heads, r.head(h, dated, others))
	}
	b.Heads = heads
	b.Records, b.Checked = nil, plain("Not part of this view.")
	stages := b.Periods
	b.Periods = nil
	for _, s := range stages {
		if s = r.stage(s); len(s.Rows) > 0 {
			b.Periods = append(b.Periods, s)
		}
	}
	return b
}

// recallBand gives a band of the edition as it was while it was compiled. Each claim is in the stage in which it stands.
func (r *restriction) recallBand(b Band) *band {
	recalled := &band{aspect: narrative.Slug(b.Aspect), marks: map[narrative.Slug]mark{}}
	for _, h := range b.Heads {
		recalled.positions = append(recalled.positions, narrative.Position{Slug: narrative.Slug(h.Position)})
		recalled.marks[narrative.Slug(h.Position)] = mark{h.Letter, h.Colour}
	}
	stageOf := map[string]narrative.Slug{}
	for i, s := range b.Periods {
		name := narrative.Slug("stage-" + strconv.Itoa(i))
		if i >= len(r.page.fact.Periods) {
			r.page.fact.Periods = append(r.page.fact.Periods, narrative.Period{Slug: name})
		}
		for _, code := range codesOf(s) {
			stageOf[code] = name
		}
	}
	for i, claim := range r.content.Claims {
		for _, s := range claim.Stances {
			if s.Aspect == b.Aspect {
				it := *r.page.items[i]
				it.stances = []narrative.Stance{{
					Aspect: narrative.Slug(s.Aspect), Position: narrative.Slug(s.Position), Mode: narrative.Mode(s.Mode),
					Period: stageOf[claim.Code],
				}}
				recalled.items = append(recalled.items, &it)
			}
		}
	}
	return recalled
}

// codesOf gives the codes of the claims of a stage.
func codesOf(s Stage) []string {
	var codes []string
	for _, row := range s.Rows {
		codes = append(codes, row.codes()...)
	}
	return codes
}

func (row Row) codes() []string {
	codes := slices.Clone(row.AlsoSaid)
	for _, cell := range row.Cells {
		codes = append(codes, cell.Claims...)
	}
	return codes
}

// head words a head anew from the claims by the day whose day is given, as holders must have one, and names apart those
// who stand under the position by other claims alone.
func (r *restriction) head(h Head, dated, others *band) Head {
	p, position := r.page, narrative.Position{Slug: narrative.Slug(h.Position)}
	said := p.head(dated, position)
	said.Label = h.Label
	if len(dated.taking(position.Slug)) == 0 {
		said.Lines = []Titled{{"held by", plain("nobody by then")}, {"dated", plain("no dated claim by then")}}
	}
	holders, outlets := p.holders(others, position.Slug)
	holders = slices.DeleteFunc(holders, func(other Holder) bool {
		return slices.ContainsFunc(said.Holders, func(named Holder) bool { return named.Source == other.Source })
	})
	outlets = slices.DeleteFunc(outlets, func(other narrative.Slug) bool { return slices.Contains(said.Others, string(other)) })
	var texts []Text
	if len(holders) > 0 {
		texts = append(texts, p.heldBy(holders))
	}
	for _, text := range []Text{p.othersText(outlets), p.toldOf(others, position.Slug)} {
		if len(text) > 0 {
			texts = append(texts, text)
		}
	}
	if len(texts) > 0 {
		said.Lines = append(said.Lines, Titled{"by an uncertain day", joined(texts, "; ")})
	}
	return said
}

func (r *restriction) stage(s Stage) Stage {
	s.Span = r.unlessLater(s.Span, r.day)
	var taken []bool // by column: whether the position has a claim in the stage
	for _, row := range s.Rows {
		for i, cell := range row.Cells {
			if i >= len(taken) {
				taken = append(taken, false)
			}
			taken[i] = taken[i] || len(r.placedOnly(cell.Claims)) > 0
		}
	}
	isStretch := s.Period != "" || len(s.Label) == 0 // not what stands outside the periods
	rows := s.Rows
	s.Rows = nil
	for _, row := range rows {
		kept := r.row(row)
		if len(kept.codes()) == 0 {
			continue
		}
		for i := range kept.Cells {
			if !taken[i] && isStretch {
				kept.Cells[i].Empty = plain("Nothing said here by then.")
			}
		}
		s.Rows = append(s.Rows, kept)
	}
	return s
}

// row gives a row with the claims by the day, and days and occasions of these alone.
func (r *restriction) row(row Row) Row {
	codes := r.placedOnly(row.codes())
	if len(codes) < len(row.codes()) {
		items := slices.DeleteFunc(slices.Clone(r.page.items), func(it *item) bool { return !slices.Contains(codes, it.code()) })
		row.When, row.Occasion = r.page.rowWhen(items), r.page.rowOccasion(items)
	}
	row.Occasion = r.unlessLater(row.Occasion, r.day)
	cells := make([]Cell, 0, len(row.Cells))
	for _, cell := range row.Cells {
		cells = append(cells, Cell{Claims: r.placedOnly(cell.Claims)})
	}
	row.Cells, row.AlsoSaid = cells, r.placedOnly(row.AlsoSaid)
	return row
}
