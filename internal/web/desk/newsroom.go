package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

// newsroomRole is the least role that keeps a working copy for the newsroom.
const newsroomRole = store.RoleContributor

// newsroomNote is the path of the note of an edition for the newsroom, apart from the other notes on the page of a review.
const newsroomNote = "newsroom.note"

// newsroomListPath is the list of a fact's editions for the newsroom.
func newsroomListPath(fact narrative.Slug) string {
	return nounPath(narrative.KindFact, string(fact)) + "/newsroom"
}

// newsroomPath is an edition for the newsroom.
func newsroomPath(fact narrative.Slug, number int) string {
	return newsroomListPath(fact) + "/" + strconv.Itoa(number)
}

// newsroomChangesPath is what differs between an edition for the newsroom and an earlier one, or readers' latest for 0.
func newsroomChangesPath(fact narrative.Slug, number, since int) string {
	path := newsroomPath(fact, number) + "/changes"
	if since > 0 {
		path += "?since=" + strconv.Itoa(since)
	}
	return path
}

// newsroomsPath is the list of what was kept for the newsroom last.
const newsroomsPath = web.DeskPath + "/newsroom"

// A newsroomsView lists the newest edition for the newsroom of each fact.
type newsroomsView struct {
	layout
	Rows  []store.NewsroomFact
	Older string // address of the next part, "" if there is none
}

// showNewsrooms lists the newest edition for the newsroom of each fact, the latest made first.
func (s *Server) showNewsrooms(w http.ResponseWriter, r *http.Request) error {
	var before time.Time
	if b := r.URL.Query().Get("before"); b != "" {
		var err error
		if before, err = time.Parse(time.RFC3339Nano, b); err != nil || before.Year() < 2000 || before.Year() > 9999 {
			return errNoPage
		}
	}
	rows, err := s.store.NewsroomFacts(r.Context(), before)
	if err != nil {
		return err
	}
	v := newsroomsView{layout: s.layout(r, "For the newsroom"), Rows: rows}
	if len(rows) == newsroomRows {
		v.Older = newsroomsPath + "?before=" + url.QueryEscape(rows[len(rows)-1].MadeAt.UTC().Format(time.RFC3339Nano))
	}
	return s.render(w, r, http.StatusOK, newsroomsPage(v))
}

// A newsroomListView is the list of a fact's editions for the newsroom.
type newsroomListView struct {
	layout
	Fact     narrative.Slug
	Question string
	Rows     []store.NewsroomEdition
	Older    string // address of the next part, "" if there is none
}

// newsroomPage is how many rows a list of editions for the newsroom has, see [store.Store.NewsroomEditions].
const newsroomRows = 100

// listNewsroom lists a fact's editions for the newsroom, the newest first.
func (s *Server) listNewsroom(w http.ResponseWriter, r *http.Request) error {
	slug, n, err := s.newsroomFact(r)
	if err != nil {
		return err
	}
	before := 0
	if b := r.URL.Query().Get("before"); b != "" {
		if before, err = numberOf(b); err != nil {
			return err
		}
	}
	rows, err := s.store.NewsroomEditions(r.Context(), slug, before)
	if err != nil {
		return err
	}
	v := newsroomListView{Fact: slug, Rows: rows}
	if v.Question, err = s.plain(r.Context(), n.Doc.(narrative.Fact).Question); err != nil {
		return err
	}
	v.layout = s.layout(r, "Newsroom editions: "+v.Question)
	if len(rows) == newsroomRows && rows[len(rows)-1].Number > 1 {
		v.Older = newsroomListPath(slug) + "?before=" + strconv.Itoa(rows[len(rows)-1].Number)
	}
	return s.render(w, r, http.StatusOK, newsroomListPage(v))
}

// newsroomFact returns the fact that an address names.
func (s *Server) newsroomFact(r *http.Request) (narrative.Slug, store.Noun, error) {
	n, err := s.nounIn(r, narrative.KindFact, newsroomListPath)
	return narrative.Slug(n.Key), n, err
}

// numberOf reads the number of an edition as addresses have it. The error is a page that is not there.
func numberOf(written string) (int, error) {
	n, err := strconv.ParseInt(written, 10, 32)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != written {
		return 0, errNoPage
	}
	return int(n), nil
}

// makeNewsroom keeps a fact's working copy for the newsroom.
func (s *Server) makeNewsroom(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	note, problems := lineOf(r.PostForm, "note", false)
	typed := url.Values{newsroomNote: {r.PostForm.Get("note")}}
	if len(problems) > 0 {
		problems[0].Path = newsroomNote
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: fieldSet{Values: typed, Problems: problems}})
	}
	done, err := s.store.MakeNewsroomEdition(r.Context(), slug, accountOf(r).Name, note)
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		f := fieldSet{Values: typed, Problems: []narrative.Problem{{Message: unsound.Problems[0].Message}}}
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f})
	}
	if err != nil {
		return err
	}
	word := "newsroom"
	if !done.Changed {
		word = "same"
	}
	return leadOn(newsroomPath(slug, done.Number), word)
}

// A newsroomView is an edition for the newsroom.
type newsroomView struct {
	layout
	store.NewsroomEdition
	Made    string
	MayEdit bool // and so may see the working copy
	Watch   watchView
	Embargo []embargoView
	Page    templ.Component
}

// newsroomEdition returns the edition for the newsroom that an address names, and what it says. The error is that of a page that
// was taken down where nothing is left of it.
func (s *Server) newsroomEdition(r *http.Request, number int) (store.NewsroomEdition, edition.Body, error) {
	slug, err := slugOf(r)
	if err != nil {
		return store.NewsroomEdition{}, edition.Body{}, err
	}
	e, err := s.store.NewsroomEdition(r.Context(), slug, number)
	if err != nil {
		return e, edition.Body{}, moved(err, func(to string) string { return newsroomPath(narrative.Slug(to), number) })
	}
	b, err := edition.ReadNewsroom(e.Body)
	if errors.Is(err, edition.ErrRedacted) {
		err = &statusError{status: http.StatusGone, message: "This newsroom edition was taken down on " + dayAndTime(e.WithheldAt) + "."}
	}
	return e, b, err
}

// showNewsroom shows an edition for the newsroom as a reader would see it.
func (s *Server) showNewsroom(w http.ResponseWriter, r *http.Request) error {
	number, err := numberOf(r.PathValue("number"))
	if err != nil {
		return err
	}
	e, b, err := s.newsroomEdition(r, number)
	if err != nil {
		return err
	}
	d := web.Drawing{
		Content: b.Content, Name: "newsroom " + strconv.Itoa(e.Number), Made: dayAndTime(e.MadeAt), Note: e.Note,
		Links: []ui.Link{
			{Text: "What differs from readers’ edition", Href: newsroomChangesPath(e.Fact, e.Number, 0)},
			{Text: "All newsroom editions", Href: newsroomListPath(e.Fact)},
		},
	}
	if e.WithheldAt.IsZero() {
		d.Hash = e.BodySHA256
	}
	v := newsroomView{
		layout:          s.layout(r, "Newsroom edition "+strconv.Itoa(e.Number)+": "+b.Content.Title),
		NewsroomEdition: e, Made: dayAndTime(e.MadeAt), Page: s.site.DrawEdition(d),
	}
	v.MayEdit = v.Account.Role.May(newsroomRole)
	if v.Watch, err = s.watchOf(r, store.NounKey{Kind: narrative.KindFact, Key: string(e.Fact)}); err != nil {
		return err
	}
	v.Watch.Next = r.URL.Path
	if v.Embargo, err = s.embargoesOf(r, articlesIn(b.Content)...); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, newsroomPage(v))
}

// A newsroomChangesView is what differs between two states of a fact.
type newsroomChangesView struct {
	layout
	Question      string
	Before, After ui.Link
	Changes       changesView
}

// showNewsroomChanges shows what differs between an edition for the newsroom and an earlier one, or readers' latest edition.
func (s *Server) showNewsroomChanges(w http.ResponseWriter, r *http.Request) error {
	number, err := numberOf(r.PathValue("number"))
	if err != nil {
		return err
	}
	e, after, err := s.newsroomEdition(r, number)
	if err != nil {
		return err
	}
	v := newsroomChangesView{
		layout: s.layout(r, "What changed: "+after.Content.Title), Question: after.Content.Title,
		After: ui.Link{Text: "newsroom edition " + strconv.Itoa(number), Href: newsroomPath(e.Fact, number)},
	}
	var before *edition.Body
	if since := r.URL.Query().Get("since"); since != "" {
		earlier, err := numberOf(since)
		if err != nil {
			return err
		}
		_, b, err := s.newsroomEdition(r, earlier)
		if err != nil {
			return err
		}
		before, v.Before = &b, ui.Link{Text: "newsroom edition " + since, Href: newsroomPath(e.Fact, earlier)}
	} else {
		list, err := s.store.Preview(r.Context(), []narrative.Slug{e.Fact})
		if err != nil {
			return err
		}
		if before = list[0].Latest; before != nil {
			v.Before = ui.Link{Text: "readers’ edition " + strconv.Itoa(before.Number), Href: ui.EditionPath(before.Content.Slug, before.Number)}
		}
	}
	v.Changes = s.changesBetween(before, after, v.Before, v.After)
	return s.render(w, r, http.StatusOK, newsroomChangesPage(v))
}

// changesBetween says what differs between two states of a fact; before is nil where there is none.
func (s *Server) changesBetween(before *edition.Body, after edition.Body, from, to ui.Link) changesView {
	if before == nil {
		return changesView{None: "The fact was never published, so that there is nothing to compare it with."}
	}
	d := edition.Compare(*before, after)
	if len(d.Changes) == 0 {
		return changesView{None: "Nothing differs."}
	}
	return changesView{Count: plural(d.Count, "change", "changes"), List: s.site.DrawChanges(d, from, to)}
}
