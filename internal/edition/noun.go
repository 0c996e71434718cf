package edition

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// An Article is an article by value.
type Article struct {
	Slug       string `json:"slug"`
	Outlet     string `json:"outlet"`
	Identified string `json:"identified"` // narrative.Basis
	IdentNote  string `json:"identified_note"`
	Kind       string `json:"kind"`
	Headline   string `json:"headline"`
	HeadlineBy string `json:"headline_by"`
	URL        string `json:"url"`
	Byline     string `json:"byline"`
	Lang       string `json:"lang"`
	Translated string `json:"translated"`
	Published  Date   `json:"published"`
	Credit     string `json:"credit"`
	Rights     string `json:"rights"`
	Note       string `json:"note"`
	Captured   string `json:"captured"` // the day on which the text was taken down, "" if not known
	Read       bool   `json:"read"`     // whole, for this fact
	ReadBy     string `json:"read_by"`  // a role
	ReadOn     string `json:"read_on"`
	Citation   Text   `json:"citation"` // "Asbarez, 15 September 2023 (headline by the desk)"

	// What it prints again and with what it is counted, in a sentence, and the slugs of the articles that the sentence names, in
	// order. Both are nil for an article that prints nothing again.
	Reprint   Text     `json:"reprint,omitempty"`
	ReprintOf []string `json:"reprint_of,omitempty"`

	Withheld Redaction `json:"withheld,omitzero"` // when and why its headline, address and words were taken down
}

// An Outlet is an outlet by value.
type Outlet struct {
	Slug        string `json:"slug"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Country     string `json:"country"`
	Unknown     bool   `json:"unknown"`
	Note        string `json:"note"`
}

// A Source is a source by value.
type Source struct {
	Slug    string   `json:"slug"`
	Name    string   `json:"name"`
	Printed []string `json:"printed"`
	Kind    string   `json:"kind"`
	Party   string   `json:"party"`
	Offices []Office `json:"offices"`
	Note    string   `json:"note"`

	Withheld Redaction `json:"withheld,omitzero"` // when and why its name was taken down
}

// An Office is a post over time.
type Office struct {
	Title string `json:"title"`
	From  string `json:"from"`
	Until string `json:"until"`
}

// A Party is a party by value.
type Party struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	Note string `json:"note"`
}

// An Event is an occasion by value, with the accounts that are expected of it.
type Event struct {
	Slug         string    `json:"slug"`
	Title        string    `json:"title"`
	Kind         string    `json:"kind"`
	Date         Date      `json:"date"`
	Place        string    `json:"place"` // slug, "" if not known
	Participants []string  `json:"participants"`
	Accounts     []Account `json:"accounts"`
	Note         string    `json:"note"`
}

// An Account is an expected account of an event, in words.
type Account struct {
	Of      string `json:"of"`
	State   string `json:"state"`
	Article string `json:"article"`
	Text    Text   `json:"text"`
}

// A Place is a place with its names, as marked in the editors' text of this edition.
type Place struct {
	Slug  string      `json:"slug"`
	Shown string      `json:"shown"`
	Note  string      `json:"note"`
	Names []PlaceName `json:"names"`
}

// A PartyName is a party by slug and name.
type PartyName struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// A PlaceName is one form of a name.
type PlaceName struct {
	Form   string      `json:"form"`
	Lang   string      `json:"lang"`
	UsedBy []PartyName `json:"used_by"` // by slug
	From   string      `json:"from"`
	Until  string      `json:"until"`
	Note   string      `json:"note"`
}

// nouns puts what the page names into the content, by value.
func (p *page) nouns(c narrative.Collection, content *Content) {
	for _, a := range p.read {
		p.articles[a.Slug] = true
	}
	for _, it := range p.items {
		p.articles[it.article.Slug] = true
	}
	for _, a := range c.Articles {
		if p.articles[a.Slug] {
			content.Articles = append(content.Articles, p.article(a))
		}
	}
	slices.SortFunc(content.Articles, func(a, b Article) int {
		return cmp.Or(cmp.Compare(a.Published.Earliest, b.Published.Earliest), cmp.Compare(a.Published.Latest, b.Published.Latest),
			cmp.Compare(a.Slug, b.Slug))
	})
	for _, slug := range sorted(p.events) {
		content.Events = append(content.Events, p.eventValue(slug))
	}
	for _, slug := range sorted(p.sources) {
		if s, _ := p.index.Source(slug); s.Kind != narrative.OutletSource {
			content.Sources = append(content.Sources, p.sourceValue(s))
		}
	}
	for _, slug := range sorted(p.outlets) {
		o, ok := p.index.Outlet(slug)
		if !ok {
			p.missing(narrative.KindOutlet, slug)
		}
		content.Outlets = append(content.Outlets, Outlet{
			Slug: string(o.Slug), Name: o.Name, Description: o.Description, Country: o.Country, Unknown: o.Unknown, Note: o.Note,
		})
	}
	for _, slug := range sorted(p.parties) {
		party, ok := p.index.Party(slug)
		if !ok {
			p.missing(narrative.KindParty, slug)
		}
		content.Parties = append(content.Parties, Party{Slug: string(party.Slug), Name: party.Name, Note: party.Note})
	}
	for _, slug := range sorted(p.places) {
		place, _ := p.index.Place(slug)
		content.Places = append(content.Places, p.placeValue(place))
	}
}

func sorted(set map[narrative.Slug]bool) []narrative.Slug { return slices.Sorted(maps.Keys(set)) }

// source finds a source and holds it, its party and, if it is one, its outlet for the page.
func (p *page) source(slug narrative.Slug) narrative.Source {
	s, ok := p.index.Source(slug)
	if !ok {
		p.missing(narrative.KindSource, slug)
		return narrative.Source{Slug: slug, Name: string(slug)}
	}
	p.sources[slug] = true
	if s.Party != "" {
		p.parties[s.Party] = true
	}
	if s.Kind == narrative.OutletSource {
		p.outlets[slug] = true
	}
	return s
}

// sourceRun names a source in the middle of a sentence, sourceStart at its beginning.
func (p *page) sourceRun(slug narrative.Slug) Text {
	t := p.sourceStart(slug)
	s := p.source(slug)
	t[0].Text = inMiddle(t[0].Text)
	switch s.Kind {
	case narrative.OutletSource:
		if o, _ := p.index.Outlet(slug); o.Unknown {
			t[0].Text = lowerFirst(t[0].Text)
			return append(Text{words("the ")}, t...)
		}
	case narrative.Body, narrative.Side:
		if isDescription(t[0].Text) {
			return append(Text{words("the ")}, t...)
		}
	}
	return t
}

func (p *page) sourceStart(slug narrative.Slug) Text {
	s := p.source(slug)
	kind := RunSource
	if s.Kind == narrative.OutletSource {
		kind = RunOutlet
	}
	return Text{{Text: s.Name, Kind: kind, Ref: string(slug)}}
}

// inMiddle is a name in the middle of a sentence: without the capital of an article or of an ordinary word.
func inMiddle(name string) string {
	first, _, _ := strings.Cut(name, " ")
	if first == "The" || ordinary[first] {
		return lowerFirst(name)
	}
	return name
}

// ordinary are first words of names that are no proper names.
var ordinary = map[string]bool{
	"Office": true, "Government": true, "Press": true, "Border": true, "Authorities": true, "Spokesman": true, "Spokeswoman": true,
	"Spokesperson": true, "Group": true, "Residents": true, "Officials": true, "Many": true, "Some": true, "Several": true, "Most": true,
	"Unnamed": true, "Experts": true, "Witnesses": true, "Local": true, "People": true,
}

// isDescription reports whether a name of several words describes what it names, and so takes "the": it has an ordinary
// word ("Armenian side") or one of [descriptions] ("United States"), and begins with no possessive.
func isDescription(name string) bool {
	if end := strings.IndexAny(name, ",“"); end >= 0 {
		name = name[:end]
	}
	words := strings.Fields(name)
	if len(words) < 2 || strings.EqualFold(words[0], "the") || strings.ContainsAny(words[0], "’'") {
		return false
	}
	return ordinary[upperFirst(words[0])] || slices.ContainsFunc(words, func(w string) bool {
		return descriptions[w] || w[0] >= 'a' && w[0] <= 'z' && !slices.Contains([]string{"of", "and", "for", "the", "in", "on"}, w)
	})
}

var descriptions = map[string]bool{
	"States": true, "Nations": true, "Kingdom": true, "Republic": true, "Federation": true, "Union": true, "Ministry": true,
	"Department": true, "Office": true, "Government": true, "Council": true, "Committee": true, "Commission": true, "Service": true,
	"Presidency": true, "Authorities": true, "Agency": true, "Army": true, "Parliament": true, "Court": true, "Embassy": true,
	"Contingent": true, "Administration": true, "Senate": true, "Assembly": true, "Party": true,
}

// partyRun names a party.
func (p *page) partyRun(slug narrative.Slug) Run {
	p.parties[slug] = true
	party, _ := p.index.Party(slug)
	return Run{Text: party.Name, Kind: RunParty, Ref: string(slug)}
}

// placeRun marks a place, with the name shown.
func (p *page) placeRun(slug narrative.Slug) Run {
	place, ok := p.index.Place(slug)
	if !ok {
		p.missing(narrative.KindPlace, slug)
		return words(string(slug))
	}
	p.places[slug] = true
	return Run{Text: place.Shown, Kind: RunPlace, Ref: string(slug)}
}

// event finds an event and holds it for the page.
func (p *page) event(slug narrative.Slug) narrative.Event {
	e, ok := p.index.Event(slug)
	if !ok {
		p.missing(narrative.KindEvent, slug)
	}
	p.events[slug] = true
	return e
}

func (p *page) eventRun(slug narrative.Slug) Run {
	return Run{Text: p.event(slug).Title, Kind: RunEvent, Ref: string(slug)}
}

// outletRun names an outlet in the middle of a sentence.
func (p *page) outletRun(slug narrative.Slug) Text {
	p.outlets[slug] = true
	return p.sourceRun(slug)
}

func (p *page) article(a narrative.Article) Article {
	p.outlets[a.Outlet] = true
	outlet, _ := p.index.Outlet(a.Outlet)
	citation := Text{{Text: outlet.Name, Kind: RunOutlet, Ref: string(a.Outlet)}}
	if a.Published.Known() {
		citation = append(citation, words(", ", DateText(a.Published)))
	} else {
		citation = append(citation, words(", day not known"))
	}
	if a.HeadlineBy == narrative.ByDesk {
		citation = append(citation, words(" (headline by the desk)"))
	}
	value := Article{
		Slug:       string(a.Slug),
		Outlet:     string(a.Outlet),
		Identified: string(a.Identified.Basis),
		IdentNote:  a.Identified.Reason,
		Kind:       string(a.Kind),
		Headline:   a.Headline,
		HeadlineBy: string(a.HeadlineBy),
		URL:        a.URL,
		Byline:     a.Byline,
		Lang:       a.Language,
		Translated: string(a.Translated),
		Published:  dateOf(a.Published),
		Credit:     a.Credit,
		Rights:     string(a.Rights),
		Captured:   string(a.Captured),
		Note:       a.Note,
		Citation:   citation,
	}
	value.ReprintOf, value.Reprint = p.reprint(a)
	for _, r := range a.ReadFor {
		if r.Fact == p.fact.Slug {
			value.Read, value.ReadBy, value.ReadOn = true, r.By, string(r.On)
		}
	}
	return value
}

func (p *page) eventValue(slug narrative.Slug) Event {
	e := p.event(slug)
	value := Event{Slug: string(e.Slug), Title: e.Title, Kind: string(e.Kind), Date: dateOf(e.Date), Place: string(e.Place), Note: e.Note}
	for _, participant := range e.Participants {
		value.Participants = append(value.Participants, string(p.source(participant).Slug))
	}
	for _, x := range e.Expected {
		p.source(x.Of)
		account := Account{Of: string(x.Of), State: string(x.State), Text: p.accountText(x)}
		if _, ok := p.index.Article(x.Article); ok && p.articles[x.Article] {
			account.Article = string(x.Article)
		}
		value.Accounts = append(value.Accounts, account)
	}
	return value
}

// accountText says what is known of an expected account: "Azerbaijan’s presidential office: held".
func (p *page) accountText(x narrative.Expected) Text {
	return append(p.sourceStart(x.Of), words(": ", accountState(x)))
}

// accountState says where an expected account is.
func accountState(x narrative.Expected) string {
	state := map[narrative.AccountState]string{
		narrative.Held:         "held",
		narrative.LookedFor:    "looked for, not found",
		narrative.NotIssued:    "none issued, by its own word",
		narrative.NotLookedFor: "not yet looked for",
	}[x.State]
	if x.State == narrative.LookedFor && x.Where != "" {
		state = "looked for at " + x.Where
		if x.On != "" {
			state += " on " + dayText(x.On)
		}
		state += ", not found"
	}
	if x.Note != "" {
		state += " (" + strings.TrimSuffix(x.Note, ".") + ")"
	}
	return state
}

func (p *page) sourceValue(s narrative.Source) Source {
	value := Source{Slug: string(s.Slug), Name: s.Name, Printed: slices.Sorted(slices.Values(s.Printed)), Kind: string(s.Kind), Party: string(s.Party), Note: s.Note}
	for _, o := range s.Offices {
		value.Offices = append(value.Offices, Office{Title: o.Title, From: string(o.From), Until: string(o.Until)})
	}
	return value
}

func (p *page) placeValue(place narrative.Place) Place {
	value := Place{Slug: string(place.Slug), Shown: place.Shown, Note: place.Note}
	for _, n := range place.Names {
		name := PlaceName{Form: n.Form, Lang: n.Language, From: string(n.From), Until: string(n.Until), Note: n.Note}
		for _, slug := range n.UsedBy {
			party, ok := p.index.Party(slug)
			if !ok {
				p.missing(narrative.KindParty, slug)
			}
			name.UsedBy = append(name.UsedBy, PartyName{string(party.Slug), party.Name})
		}
		slices.SortFunc(name.UsedBy, func(a, b PartyName) int { return cmp.Compare(a.Slug, b.Slug) })
		value.Names = append(value.Names, name)
	}
	return value
}

func (p *page) dispute(d narrative.Dispute) Dispute {
	return Dispute{
		Slug: string(d.Slug), Title: d.Title, Background: p.markup(d.Background), NamePolicy: p.markup(d.NamePolicy), Fiction: d.Fiction,
	}
}

// recordsShown gives the records that bear on the fact or are cited on its page.
func (p *page) recordsShown(c narrative.Collection) []Record {
	var shown []Record
	records := slices.SortedFunc(slices.Values(c.Records), func(a, b narrative.Record) int { return cmp.Compare(a.Slug, b.Slug) })
	for _, r := range records {
		if !p.records[r.Slug] && !slices.ContainsFunc(r.BearsOn, func(b narrative.Bearing) bool { return b.Fact == p.fact.Slug }) {
			continue
		}
		shown = append(shown, Record{
			Slug: string(r.Slug), Title: r.Title, Kind: string(r.Kind), Maker: r.Maker, Date: dateOf(r.Date), Where: r.Where,
			Checked: r.Checked, CheckedBy: r.CheckedBy, Shows: p.markup(r.Shows), ShowsNot: p.markup(r.ShowsNot),
		})
	}
	return shown
}
