package web

import (
	"bytes"
	"cmp"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"counterclaim/internal/edition"
	"counterclaim/internal/feed"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// siteName is what the site calls itself in feeds and to machines.
const siteName = "Counterclaim"

// feedForms are the forms of a feed by the ending of its address.
var feedForms = map[string]struct {
	mediaType string
	write     func(feed.Feed) ([]byte, error)
}{
	"atom": {feed.AtomType, feed.Feed.Atom},
	"json": {feed.JSONType, feed.Feed.JSON},
}

// feedFormat returns the ending of a feed's address. The error is a page that is not there.
func feedFormat(r *http.Request) (string, error) {
	format := r.PathValue("format")
	if _, ok := feedForms[format]; !ok {
		return "", errNoPage
	}
	return format, nil
}

// sendFeed completes a feed and sends it in a form. Page is the page that it is news of, path its own address.
func (s *Server) sendFeed(w http.ResponseWriter, format, page, path string, f feed.Feed) error {
	f.ID = s.tag(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "."+format))
	f.Self, f.Alternate = s.absolute(path), s.absolute(page)
	f.Authors = []feed.Person{{Name: siteName, URL: s.absolute(ui.AboutPath)}}
	f.Language = "en"
	f.Updated = time.Unix(0, 0) // nothing has ever been in it
	for i, e := range f.Entries {
		if i == 0 || e.Updated.After(f.Updated) {
			f.Updated = e.Updated
		}
	}
	form := feedForms[format]
	body, err := form.write(f)
	if err != nil {
		return err
	}
	w.Header().Set("Access-Control-Allow-Origin", "*") // readers that run in a browser
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	send(w, form.mediaType, body)
	return nil
}

// tagYear is the year that RFC 4151 wants in the name of a thing: one in which the host was the site's.
const tagYear = "2026"

// tag returns the name that a thing of this site keeps whatever its address becomes (RFC 4151). Things are named by
// permanent keys.
func (s *Server) tag(thing string) string {
	host := ""
	if u, err := url.Parse(s.publicURL); err == nil {
		host = strings.ToLower(u.Hostname())
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = strings.ReplaceAll(ip.WithZone("").StringExpanded(), ":", "-") // such names have no colons
	}
	return "tag:" + host + "," + tagYear + ":" + thing
}

func factTag(key string) string { return "facts/" + key }

func editionTag(key string, n int) string { return factTag(key) + "/editions/" + strconv.Itoa(n) }

func claimTag(code string) string { return "claims/" + code }

// fromAway gives a text whose links lead to the site from wherever it is read.
func (s *Server) fromAway(p ui.Prose) ui.Prose {
	away := make(ui.Prose, 0, len(p))
	for _, span := range p {
		if strings.HasPrefix(span.Href, "/") {
			span.Href = s.absolute(span.Href)
		}
		away = append(away, span)
	}
	return away
}

// fragment draws a component as the content of an entry.
func fragment(r *http.Request, c templ.Component) (feed.HTML, error) {
	var buf bytes.Buffer
	err := c.Render(r.Context(), &buf)
	return feed.HTML(buf.String()), err // templ has escaped all that is not ours
}

// origins are the articles that an entry is made from, as far as they have an address.
func origins(addresses ...string) []string {
	var list []string
	for _, a := range addresses {
		if to := ui.TextFragment(a, nil); to != "" {
			list = append(list, to)
		}
	}
	return list
}

// factNewsView is what an entry says of a fact.
type factNewsView struct {
	Fiction   bool
	AsOf      ui.Prose
	Bands     []newsBand
	About     string
	Permalink ui.Link
}

// A newsBand is a question with its answers in equal form.
type newsBand struct {
	Question string // "" for the fact itself
	Heads    []ui.Head
}

// showFeed sends the facts that were published first last.
func (s *Server) showFeed(w http.ResponseWriter, r *http.Request) error {
	format, err := feedFormat(r)
	if err != nil {
		return err
	}
	facts, err := s.store.NewFacts(r.Context())
	if err != nil {
		return err
	}
	f := feed.Feed{Title: siteName + ": new facts", Subtitle: "Each contested fact when it is first published, with the answers that sources give, in equal form."}
	for _, n := range facts {
		e, err := s.factEntry(r, n)
		if err != nil {
			return err
		}
		f.Entries = append(f.Entries, e)
	}
	return s.sendFeed(w, format, ui.FactsPath, ui.FactsFeedPath(format), f)
}

func (s *Server) factEntry(r *http.Request, n store.NewFact) (feed.Entry, error) {
	updated, err := time.Parse(time.RFC3339, n.Fact.PublishedAt)
	if err != nil {
		return feed.Entry{}, err
	}
	html, err := fragment(r, factNews(s.newFactNews(n.Fact)))
	return feed.Entry{
		ID:         s.tag(factTag(n.Key)),
		Title:      inventedTitle(n.Fact.Title, n.Fact.Fiction),
		URL:        s.absolute(ui.FactPath(n.Fact.Fact)),
		Published:  n.First,
		Updated:    updated,
		Summary:    factSummary(n.Fact),
		HTML:       html,
		Categories: []feed.Category{{Term: n.Fact.Dispute.Slug, Label: n.Fact.Dispute.Title}},
		Via:        origins(n.From...),
	}, err
}

func (s *Server) newFactNews(f edition.FactRow) factNewsView {
	var l linker
	v := factNewsView{
		Fiction:   f.Fiction,
		AsOf:      s.fromAway(l.prose(f.AsOf)),
		About:     counted(f.Claims, "claim", "claims") + " in " + counted(f.Articles, "article read", "articles read") + ".",
		Permalink: ui.Link{Text: "Edition " + strconv.Itoa(f.Number), Href: s.absolute(ui.EditionPath(f.Fact, f.Number))},
	}
	for _, b := range f.Bands {
		band := newsBand{Question: b.Question.String()}
		for _, h := range b.Heads {
			band.Heads = append(band.Heads, ui.Head{Letter: h.Letter, Label: s.fromAway(l.prose(h.Label))})
		}
		v.Bands = append(v.Bands, band)
	}
	return v
}

// factSummary says what there is of a fact, without any of the answers: cut short, it would show one alone.
func factSummary(f edition.FactRow) string {
	var parts []string
	for _, b := range f.Bands {
		if n := len(b.Heads); n > 1 {
			parts = append(parts, counted(n, "answer", "answers"))
			break
		}
	}
	parts = append(parts, counted(f.Claims, "claim", "claims"), counted(f.Articles, "article read", "articles read"))
	return strings.Join(without("", inventedSentence(f.Fiction), strings.Join(parts, ", ")+".", f.AsOf.String()), " ")
}

// editionNewsView is what an entry says of an edition.
type editionNewsView struct {
	Fiction bool
	Said    string // which edition it is, of when
	Reason  string
	Review  string // that nobody else had looked at it and why, "" where somebody had, or none was needed
	Claims  string
	Changes ui.Link
}

// showFactFeed sends the latest editions of a fact.
func (s *Server) showFactFeed(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	format, err := feedFormat(r)
	if err != nil {
		return err
	}
	n, err := s.store.FactNews(r.Context(), slug)
	if err != nil {
		return moved(err, func(to string) string { return ui.FactFeedPath(to, format) })
	}
	f := feed.Feed{Title: inventedTitle(n.Title, n.Editions[0].Fiction), Subtitle: "Each edition of this contested fact, and why it was published."}
	for _, e := range n.Editions {
		entry, err := s.editionEntry(r, e)
		if err != nil {
			return err
		}
		f.Entries = append(f.Entries, entry)
	}
	return s.sendFeed(w, format, ui.FactPath(n.Fact), ui.FactFeedPath(n.Fact, format), f)
}

// showCorrectionsFeed sends the latest corrections of all facts.
func (s *Server) showCorrectionsFeed(w http.ResponseWriter, r *http.Request) error {
	format, err := feedFormat(r)
	if err != nil {
		return err
	}
	news, err := s.store.CorrectionNews(r.Context())
	if err != nil {
		return err
	}
	f := feed.Feed{Title: siteName + ": corrections", Subtitle: "Each mistake of ours that was mended, with what was wrong and why."}
	for _, e := range news {
		entry, err := s.editionEntry(r, e)
		if err != nil {
			return err
		}
		f.Entries = append(f.Entries, entry)
	}
	return s.sendFeed(w, format, ui.CorrectionsPath, ui.CorrectionsFeedPath(format), f)
}

func (s *Server) editionEntry(r *http.Request, e store.EditionNews) (feed.Entry, error) {
	v := s.newEditionNews(e)
	html, err := fragment(r, editionNews(v))
	return feed.Entry{
		ID:        s.tag(editionTag(e.Key, e.Number)),
		Title:     inventedTitle(editionTitle(e.EditionRow), e.Fiction),
		URL:       s.absolute(ui.EditionPath(e.Fact, e.Number)),
		Published: e.PublishedAt,
		Updated:   e.PublishedAt, // it never changes
		Summary:   strings.Join(without("", inventedSentence(e.Fiction), v.Said, v.Reason, v.Review, v.Claims), " "),
		HTML:      html,
	}, err
}

// editionTitle names an edition by its question, and says if it mends a mistake or ends the fact.
func editionTitle(e store.EditionRow) string {
	kind := "Edition " + strconv.Itoa(e.Number)
	switch e.Kind {
	case edition.First:
		kind = "First edition"
	case edition.Correction:
		kind = "Correction, edition " + strconv.Itoa(e.Number)
	case edition.Withdrawn:
		kind = "Withdrawn, edition " + strconv.Itoa(e.Number)
	case edition.Merged:
		kind = "Merged into another fact, edition " + strconv.Itoa(e.Number)
	}
	return kind + ": " + e.Title
}

func (s *Server) newEditionNews(e store.EditionNews) editionNewsView {
	v := editionNewsView{
		Fiction: e.Fiction,
		Said:    "Edition " + strconv.Itoa(e.Number) + " of " + day(e.PublishedAt) + ".",
		Reason:  "Why: " + ended(e.Reason),
		Review:  e.Review,
		Claims:  counted(e.Claims, "claim", "claims") + ".",
	}
	if e.Kind == edition.Correction {
		v.Reason = "Correction: " + ended(e.Reason)
	}
	if e.Number > 1 {
		v.Claims = counted(e.Claims, "claim", "claims") + ", " + strconv.Itoa(e.Added) + " of them new; " + strconv.Itoa(e.Removed) + " taken out."
		v.Changes = ui.Link{
			Text: "What changed since edition " + strconv.Itoa(e.Number-1),
			Href: s.absolute(ui.ChangesPath(e.Fact, e.Number-1, e.Number)),
		}
	}
	return v
}

// claimNewsView is what an entry says of a claim: first who, then the words.
type claimNewsView struct {
	Fiction bool   // on all facts on which it stands
	Also    string // on which it stands for practice, where not on all
	Card    ui.Card
	Notes   []ui.Prose
	Stands  []ui.Stand
}

// showSourceFeed sends the claims of a source that were published first last.
func (s *Server) showSourceFeed(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	format, err := feedFormat(r)
	if err != nil {
		return err
	}
	n, err := s.store.SourceNews(r.Context(), slug)
	if err != nil {
		return moved(err, func(to string) string { return ui.SourceFeedPath(to, format) })
	}
	f := feed.Feed{Title: inventedTitle(siteName+": claims of "+n.Noun.Name, n.Fiction), Subtitle: "What is newly published here of this source’s claims, and of those that report its views."}
	return s.sendClaims(w, r, format, ui.SourcePath(slug), ui.SourceFeedPath(slug, format), f, n.Claims)
}

// showOutletFeed sends the claims that an outlet carries and that were published first last.
func (s *Server) showOutletFeed(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	format, err := feedFormat(r)
	if err != nil {
		return err
	}
	n, err := s.store.OutletNews(r.Context(), slug)
	if err != nil {
		return moved(err, func(to string) string { return ui.OutletFeedPath(to, format) })
	}
	f := feed.Feed{Title: inventedTitle(siteName+": claims in "+n.Noun.Name, n.Fiction), Subtitle: "What is newly published here of the claims that this outlet carries."}
	return s.sendClaims(w, r, format, ui.OutletPath(slug), ui.OutletFeedPath(slug, format), f, n.Claims)
}

func (s *Server) sendClaims(w http.ResponseWriter, r *http.Request, format, page, path string, f feed.Feed, news []store.ClaimNews) error {
	for _, n := range news {
		e, err := s.claimEntry(r, n)
		if err != nil {
			return err
		}
		f.Entries = append(f.Entries, e)
	}
	return s.sendFeed(w, format, page, path, f)
}

func (s *Server) claimEntry(r *http.Request, n store.ClaimNews) (feed.Entry, error) {
	row := latestRow(n.Rows)
	html, err := fragment(r, claimNews(s.newClaimNews(n.Rows)))
	e := feed.Entry{
		ID:        s.tag(claimTag(row.Claim.Code)),
		Title:     inventedTitle(claimTitle(n.Rows), areInvented(n.Rows)),
		URL:       s.absolute(ui.ClaimPath(row.Claim.Code)),
		Published: n.First,
		Updated:   n.First, // the news is that it is here
		HTML:      html,
		Via:       origins(row.Article.URL),
	}
	for _, fact := range n.Rows {
		e.Categories = append(e.Categories, feed.Category{Term: fact.Fact, Label: fact.Title})
	}
	return e, err
}

// claimTitle says who speaks, where and on what question, without the words, which are never to stand alone.
func claimTitle(rows []edition.ClaimRow) string {
	row := latestRow(rows)
	who := cmp.Or(row.SourceName, row.Claim.Code)
	if row.Claim.Source != row.Claim.Outlet && row.Outlet != "" {
		who += " in " + row.Outlet
	}
	title := who + ", on: " + row.Title
	if more := len(rows) - 1; more > 0 {
		title += " (and " + counted(more, "other question", "other questions") + ")"
	}
	return title
}

func (s *Server) newClaimNews(rows []edition.ClaimRow) claimNewsView {
	row := latestRow(rows)
	var l linker
	card := l.newCard(row.Claim, row.Article, row.InTheArticle, row.Original)
	card.Who, card.When = s.fromAway(card.Who), s.fromAway(card.When)
	card.InArticle.Href = s.absolute(card.InArticle.Href)
	v := claimNewsView{Fiction: areInvented(rows), Card: card}
	if !v.Fiction {
		v.Also = someInvented(rows)
	}
	for _, note := range append(card.Notes, card.More...) {
		v.Notes = append(v.Notes, s.fromAway(note))
	}
	for _, r := range rows {
		stand := newStand(r)
		stand.Question.Href = s.absolute(stand.Question.Href)
		v.Stands = append(v.Stands, stand)
	}
	return v
}
