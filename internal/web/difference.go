package web

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// changesView is the page of what differs between two editions of a fact.
type changesView struct {
	layout
	Question    ui.Link  // the fact
	Count       ui.Prose // how many changes, from which edition to which
	Reviews     []string // which of the two nobody else had looked at, and why
	Corrections []correctionEntry
	changeList
	History ui.Link
	Data    ui.Link
}

// A changeGroup is the changes in one part of a page.
type changeGroup struct {
	Title string
	Kinds []changesOfKind
}

// The changesOfKind are the changes of one kind.
type changesOfKind struct {
	Title   string
	Changes []ui.ChangeEntry
}

// changeGroups are the parts of a difference with the kinds in each and their titles.
var changeGroups = []struct {
	title string
	kinds []kindTitle
}{
	{"The question and its background", []kindTitle{
		{edition.QuestionReworded, "Question worded otherwise"}, {edition.BackgroundReworded, "Background changed"},
		{edition.StatusChanged, "How the matter stands"}, {edition.DisputeChanged, "The dispute"}, {edition.AddressChanged, "The fact’s address or kind"},
	}},
	{"Positions", []kindTitle{
		{edition.AspectAdded, "Questions added"}, {edition.AspectRemoved, "Questions removed"}, {edition.AspectReworded, "Questions worded otherwise"},
		{edition.PositionAdded, "Positions added"}, {edition.PositionRemoved, "Positions removed"}, {edition.PositionReworded, "Positions labelled otherwise"},
		{edition.PositionOrder, "In another order"}, {edition.PositionLine, "What is said of each"},
	}},
	{"Stretches of time", []kindTitle{
		{edition.PeriodAdded, "Added"}, {edition.PeriodRemoved, "Removed"}, {edition.PeriodChanged, "Named or bounded otherwise"},
	}},
	{"Claims", []kindTitle{
		{edition.ClaimAdded, "Claims added"}, {edition.ClaimRemoved, "Claims removed"}, {edition.ClaimReworded, "Claims worded otherwise"},
		{edition.ClaimMoved, "Claims moved to another position"}, {edition.ClaimPeriod, "Claims moved to another time"},
		{edition.ClaimMode, "How a position is taken"}, {edition.ClaimSource, "Whose words or view"}, {edition.ClaimOffice, "In what office or under what name"},
		{edition.ClaimChain, "How the words came"}, {edition.ClaimVoice, "How they are quoted"}, {edition.ClaimBasis, "Known from what"},
		{edition.ClaimOccasion, "On which occasion"}, {edition.ClaimArticle, "In which article"}, {edition.ClaimNote, "Notes of ours"},
		{edition.ClaimText, "Changed by the outlet since"},
	}},
	{"Dates", []kindTitle{
		{edition.DateCertain, "Made certain"}, {edition.DateUncertain, "Made uncertain"}, {edition.DateChanged, "Changed"},
	}},
	{"Figures", []kindTitle{
		{edition.FigureAdded, "Figures added"}, {edition.FigureRemoved, "Figures removed"}, {edition.FigureChanged, "Figures changed"},
		{edition.FiguresLine, "What they come to"},
	}},
	{"Counter-claims", []kindTitle{
		{edition.CounterJoined, "Joined"}, {edition.CounterParted, "Parted"}, {edition.CounterChanged, "Joined otherwise"},
	}},
	{"Said alike, or by one alone", []kindTitle{
		{edition.PointAdded, "Points added"}, {edition.PointRemoved, "Points removed"}, {edition.PointChanged, "Points changed"},
	}},
	{"What can be checked", []kindTitle{
		{edition.RecordAdded, "Records added"}, {edition.RecordRemoved, "Records removed"}, {edition.RecordChanged, "Records changed"},
	}},
	{"What was read", []kindTitle{
		{edition.ArticleRead, "Articles read"}, {edition.ArticleUnread, "Articles no longer set down as read"}, {edition.ArticleAdded, "Articles added"},
		{edition.ArticleRemoved, "Articles removed"}, {edition.ArticleChanged, "Articles described otherwise"}, {edition.ReadFor, "How much was read"},
		{edition.AsOf, "Up to when"}, {edition.AccountChanged, "Accounts to be expected"},
	}},
	{"What is missing", []kindTitle{
		{edition.GapOpened, "Gaps opened"}, {edition.GapClosed, "Gaps closed"}, {edition.GapReworded, "Gaps described otherwise"},
	}},
	{"Names", []kindTitle{
		{edition.SourceChanged, "Sources"}, {edition.PartyChanged, "Parties"}, {edition.OutletChanged, "Outlets"},
		{edition.OccasionChanged, "Occasions"}, {edition.PlaceChanged, "Places"},
	}},
	{"The page’s own words", []kindTitle{
		{edition.PageWordsChanged, "Titles or rules worded otherwise"}, {edition.OtherChanged, "Other"},
	}},
}

// A kindTitle is the title of a kind of change.
type kindTitle struct {
	kind  edition.ChangeKind
	title string
}

// changesRange is the form of the part of an address that names two editions, as a page or as data.
var changesRange = regexp.MustCompile(`^([1-9][0-9]{0,9})\.\.([1-9][0-9]{0,9})(\.json)?$`)

// showChanges shows what differs between two editions of a fact, as a page or as data. Two that are named the wrong way
// round lead to the right one.
func (s *Server) showChanges(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	form := changesRange.FindStringSubmatch(r.PathValue("range"))
	if form == nil {
		return errNoPage
	}
	from, _ := strconv.Atoi(form[1]) // ten digits always fit
	to, _ := strconv.Atoi(form[2])
	switch {
	case from == to:
		return errOneEdition
	case from > to && form[3] != "":
		return &redirect{ui.ChangesDataPath(slug, to, from)}
	case from > to:
		return &redirect{ui.ChangesPath(slug, to, from)}
	}
	p, err := s.store.Pair(r.Context(), slug, from, to)
	if err != nil {
		return err
	}
	d, c, err := compared(p)
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	if form[3] != "" {
		data, err := edition.Canonical(d)
		if err != nil {
			return err
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		send(w, "application/json", data)
		return nil
	}
	title := "What changed from edition " + form[1] + " to edition " + form[2] + ": " + c.Title
	return s.render(w, r, changesPage(newChangesView(s.layout(r, title), p, d, c)))
}

var errOneEdition = &statusError{status: http.StatusNotFound, message: "Both numbers name one edition. What changed is shown between two."}

// compared returns what differs between the editions of a pair, and the content of the later one. The error is that of a
// page that was taken down where one of them was.
func compared(p store.Pair) (edition.Difference, edition.Content, error) {
	var bodies [2]edition.Body
	for i, e := range []store.Edition{p.Before, p.After} {
		var err error
		if bodies[i], err = bodyOf(e); err != nil {
			return edition.Difference{}, edition.Content{}, err
		}
	}
	d := edition.Compare(bodies[0], bodies[1])
	d.Corrections = slices.Concat([]edition.Imprint{}, p.Corrections)
	return d, bodies[1].Content, nil
}

func newChangesView(l layout, p store.Pair, d edition.Difference, c edition.Content) changesView {
	l.Fiction = c.Dispute.Fiction
	fact := p.After.Fact
	v := changesView{
		layout:   l,
		Question: ui.Link{Text: c.Title, Href: ui.FactPath(fact)},
		Count: ui.Prose{
			{Text: counted(d.Count, "change", "changes") + " from "}, editionOf(p.Before), {Text: " to "}, editionOf(p.After), {Text: "."},
		},
		History: ui.Link{Text: "All editions", Href: ui.EditionsPath(fact)},
		Data:    ui.Link{Text: "Data", Href: ui.ChangesDataPath(fact, d.Before.Number, d.After.Number)},
	}
	for _, k := range []edition.Imprint{d.Before, d.After} {
		if k.Review != "" {
			v.Reviews = append(v.Reviews, "Edition "+strconv.Itoa(k.Number)+". "+k.Review)
		}
	}
	for _, k := range d.Corrections {
		v.Corrections = append(v.Corrections, newCorrectionEntry(fact, "Edition "+strconv.Itoa(k.Number), k))
	}
	if len(d.Changes) == 0 {
		v.Count = append(v.Count, ui.Span{Text: " Nothing differs: what was changed in between was changed back."})
	}
	v.changeList = newChangeList(d, editionInWords(fact, d.Before.Number), editionInWords(fact, d.After.Number))
	return v
}

// editionInWords is the name of an edition in a sentence, with its address.
func editionInWords(fact string, number int) ui.Link {
	return ui.Link{Text: "edition " + strconv.Itoa(number), Href: ui.EditionPath(fact, number)}
}

// A changeList is what differs between two states of a fact.
type changeList struct {
	Groups  []changeGroup
	Follows []changesOfKind // what follows from the others and is not counted
}

func newChangeList(d edition.Difference, before, after ui.Link) changeList {
	m := newChangeMaker(d, before, after)
	count := slices.IndexFunc(d.Changes, func(c edition.Change) bool { return c.Follows })
	if count < 0 {
		count = len(d.Changes)
	}
	l := changeList{Groups: m.groups(d.Changes[:count])}
	for _, g := range m.groups(d.Changes[count:]) {
		for _, k := range g.Kinds {
			k.Title = g.Title + ": " + strings.ToLower(k.Title[:1]) + k.Title[1:]
			l.Follows = append(l.Follows, k)
		}
	}
	return l
}

// editionOf is a link to an edition: "edition 2 of 22 November 2026".
func editionOf(e store.Edition) ui.Span {
	return ui.Span{Text: "edition " + strconv.Itoa(e.Number) + " of " + day(e.PublishedAt), Href: ui.EditionPath(e.Fact, e.Number)}
}

// A changeMaker makes the entries of a difference. Claims are links into the editions in which they stand, since the page of
// a claim may be gone; of other nouns only the names are shown.
type changeMaker struct {
	claims        map[string]string // addresses by code
	before, after ui.Link           // the two states: "edition 3" with its address
}

func newChangeMaker(d edition.Difference, before, after ui.Link) *changeMaker {
	m := &changeMaker{claims: map[string]string{}, before: before, after: after}
	for _, c := range d.Changes {
		switch {
		case c.Claim.After:
			m.claims[c.Claim.Code] = ui.At(m.after.Href, c.Claim.Code)
		case c.Claim.Before:
			m.claims[c.Claim.Code] = ui.At(m.before.Href, c.Claim.Code)
		}
	}
	return m
}

// groups parts changes, which are in the order of their kinds, into the parts of the page.
func (m *changeMaker) groups(changes []edition.Change) []changeGroup {
	var groups []changeGroup
	for _, g := range changeGroups {
		group := changeGroup{Title: g.title}
		for _, k := range g.kinds {
			of := changesOfKind{Title: k.title}
			for _, c := range changes {
				if c.Kind == k.kind {
					of.Changes = append(of.Changes, m.entry(c))
				}
			}
			if len(of.Changes) > 0 {
				group.Kinds = append(group.Kinds, of)
			}
		}
		if len(group.Kinds) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// saidInText are the kinds of which the sentence tells both states.
var saidInText = map[edition.ChangeKind]bool{
	edition.ClaimMoved: true, edition.ClaimPeriod: true, edition.ClaimMode: true, edition.PeriodAdded: true, edition.PeriodRemoved: true,
}

// saidInTitle are the kinds of which the title tells what the sentence does.
var saidInTitle = map[edition.ChangeKind]bool{
	edition.QuestionReworded: true, edition.BackgroundReworded: true, edition.StatusChanged: true, edition.ClaimReworded: true,
	edition.ClaimNote: true, edition.FigureChanged: true, edition.FiguresLine: true, edition.ReadFor: true, edition.AsOf: true,
	edition.PageWordsChanged: true,
}

func (m *changeMaker) entry(c edition.Change) ui.ChangeEntry {
	e := ui.ChangeEntry{Quoted: c.Kind == edition.ClaimReworded}
	if !saidInTitle[c.Kind] {
		e.Text = m.prose(c.Text)
	}
	if !saidInText[c.Kind] {
		e.Before, e.After = m.prose(c.Before), m.prose(c.After)
	}
	for _, w := range c.Words {
		e.Words = append(e.Words, ui.Stretch{Text: w.Text, Removed: w.Op == edition.Removed, Added: w.Op == edition.Added})
	}
	if c.Claim.Code == "" {
		return e
	}
	e.Claim = ui.Card{
		Code: c.Claim.Code, Who: m.prose(c.Claim.Who), Segments: c.Claim.Segments, Lang: cmp.Or(c.Claim.Lang, "und"),
		Dir: cmp.Or(c.Claim.Dir, "auto"), Quoted: c.Claim.Quoted && !hasMarks(c.Claim.Segments),
	}
	if len(e.Claim.Who) > 0 {
		e.Claim.Who[0].Look = ui.Name
	}
	if e.Quoted && e.Claim.Quoted {
		e.Words = slices.Concat([]ui.Stretch{{Text: "“"}}, e.Words, []ui.Stretch{{Text: "”"}})
	}
	if c.Claim.Before {
		e.Links = append(e.Links, ui.Link{Text: c.Claim.Code + " in " + m.before.Text, Href: ui.At(m.before.Href, c.Claim.Code)})
	}
	if c.Claim.After {
		e.Links = append(e.Links, ui.Link{Text: c.Claim.Code + " in " + m.after.Text, Href: ui.At(m.after.Href, c.Claim.Code)})
	}
	return e
}

// prose gives a text with links to the claims that the changes are of.
func (m *changeMaker) prose(t edition.Text) ui.Prose {
	p := make(ui.Prose, 0, len(t))
	for _, r := range t {
		span := ui.Span{Text: r.Text, Lang: r.Lang, Look: looks[r.Kind]}
		if r.Kind == edition.RunClaim || r.Kind == edition.RunCite {
			span.Href = m.claims[r.Ref]
		}
		if r.Kind == edition.RunCite { // its number is that of another page
			span.Text, span.Look = " ["+r.Ref+"]", ui.Code
		}
		p = append(p, span)
	}
	return p
}

// A correctionEntry is a correction: what it mended and why.
type correctionEntry struct {
	Edition ui.Link
	On      string
	Reason  string
	Review  string  // that nobody else had looked at it and why, "" where somebody had, or none was needed
	Changes ui.Link // what it changed
}

func newCorrectionEntry(fact, name string, k edition.Imprint) correctionEntry {
	e := correctionEntry{Edition: ui.Link{Text: name, Href: ui.EditionPath(fact, k.Number)}, On: k.PublishedAt, Reason: k.Reason, Review: k.Review}
	if at, err := time.Parse(time.RFC3339, k.PublishedAt); err == nil {
		e.On = day(at)
	}
	if k.Number > 1 {
		e.Changes = ui.Link{Text: "What it changed", Href: ui.ChangesPath(fact, k.Number-1, k.Number)}
	}
	return e
}
