package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/form"
	"counterclaim/internal/web/ui"
)

const logPath = web.DeskPath + "/log"

// togetherRoutes are the routes of what editors do together: the log, drafts, assignments, watches, complaints.
func (s *Server) togetherRoutes(r chi.Router) {
	r.Get(logPath, s.page(store.RoleContributor, s.showLog))
	for kind := range plurals {
		history := nounPath(kind, "{key}") + "/history"
		r.Get(history, s.page(store.RoleContributor, s.showHistory(kind)))
		r.Get(history+"/{entry}", s.page(store.RoleEditor, s.showPast(kind)))
		r.Post(history+"/{entry}", s.page(store.RoleEditor, s.restore(kind)))
	}
	r.Get(draftsPath, s.page(store.RoleContributor, s.listDrafts))
	r.Post(draftsPath, s.form(store.RoleContributor, s.keepDraft))
	r.Get(dropPath, s.page(store.RoleContributor, s.askDrop))
	r.Post(dropPath, s.form(store.RoleContributor, s.dropDraft))
	r.Post(assignmentsPath, s.page(store.RoleContributor, s.assign))
	r.Post(watchesPath, s.page(store.RoleContributor, s.watch))
	for _, kind := range []narrative.Kind{store.KindDesk, narrative.KindFact, narrative.KindSource, narrative.KindOutlet} {
		r.Get(watchedPath(store.NounKey{Kind: kind, Key: "{key}"}), s.page(store.RoleContributor, s.showSince(kind)))
	}
	r.Get(inboxPath+"/{queue}", s.page(store.RoleContributor, s.showQueue))
	r.Get(requestsPath, s.page(store.RoleContributor, s.listRequests))
	r.Get(complaintsPath, s.page(store.RoleContributor, s.listComplaints))
	r.Get(complaintsPath+"/new", s.page(store.RoleContributor, s.newComplaint))
	r.Post(complaintsPath+"/new", s.form(store.RoleContributor, s.saveComplaint))
	r.Get(complaintsPath+"/{id}", s.page(store.RoleContributor, s.showComplaint))
	r.Post(complaintsPath+"/{id}", s.form(store.RoleContributor, s.saveComplaint))
	r.Post(complaintsPath+"/{id}/erase", s.page(store.RoleEditor, s.eraseComplaint))
}

// A historyView is the log of one noun.
type historyView struct {
	layout
	Noun       ui.Link // the noun's form; no address where it is gone
	Kind       narrative.Kind
	Key        string
	Entries    []entryView
	More       string // address of the next page, "" at the end
	Assignment assignmentView
	Watch      watchView
	Gone       string          // by whom and when it was removed, "" where it is there or that is not known
	Restore    string          // where it is restored as it was then, "" where it cannot be
	Removed    []store.Removed // of an article: its claims that are gone
}

// A deskNoun is a noun of any kind as pages about it need it.
type deskNoun struct {
	store.NounKey
	doc     any // nil for one that is gone
	version int
}

// title is what a noun is called.
func (n deskNoun) title() string {
	if c, ok := n.doc.(narrative.Claim); ok {
		return strings.Join(c.Words, " … ")
	}
	if n.doc != nil {
		for _, name := range []string{"Question", "Headline", "Title", "Name", "Shown", "Word"} {
			if f := reflect.ValueOf(n.doc).FieldByName(name); f.IsValid() {
				return cmp.Or(f.String(), n.Key)
			}
		}
	}
	return n.Key
}

// titleOf is what a noun is called, in plain words.
func (s *Server) titleOf(ctx context.Context, n deskNoun) (string, error) {
	if f, ok := n.doc.(narrative.Fact); ok {
		return s.plain(ctx, f.Question)
	}
	return n.title(), nil
}

// nounOf finds the noun that the address names, of which the log may still tell when it is gone.
func (s *Server) nounOf(r *http.Request, kind narrative.Kind) (n deskNoun, err error) {
	key := store.NounKey{Kind: kind, Key: r.PathValue("key")}
	n.NounKey = key
	if kind == narrative.KindClaim {
		code, err := narrative.ParseCode(key.Key)
		if err != nil {
			return n, errNoPage
		}
		n.Key = string(code)
		c, err := s.store.DeskClaim(r.Context(), code)
		n.doc, n.version = c.Claim, c.Version
		if err != nil {
			n.doc = nil
		}
		return n, err
	}
	if !narrative.Slug(key.Key).Valid() {
		return n, errNoPage
	}
	found, err := s.store.Noun(r.Context(), key)
	n.doc, n.version = found.Doc, found.Version
	return n, err
}

// showHistory shows the log of a noun.
func (s *Server) showHistory(kind narrative.Kind) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		noun, err := s.nounOf(r, kind)
		gone := errors.Is(err, store.ErrNotFound)
		if err != nil && !gone {
			return moved(err, func(to string) string { return historyPath(kind, to) })
		}
		before, err := entryOf(r.URL.Query().Get("before"))
		if err != nil {
			return err
		}
		log, err := s.store.NounLog(r.Context(), noun.NounKey, before)
		if err != nil {
			return err
		}
		if gone && len(log.Entries) == 0 {
			return errNoPage
		}
		title, err := s.titleOf(r.Context(), noun)
		if err != nil {
			return err
		}
		v := historyView{layout: s.layout(r, "Log of "+title), Kind: kind, Key: noun.Key, Noun: ui.Link{Text: title}}
		var looked time.Time
		if !gone {
			v.Noun.Href = nounPath(kind, noun.Key)
			if v.Assignment, err = s.assignmentOf(r, noun.NounKey); err != nil {
				return err
			}
			if v.Watch, err = s.watchOf(r, noun.NounKey); err != nil {
				return err
			}
			looked = v.Watch.lookedAt
		}
		restorable := !gone
		if gone {
			if restorable, err = s.tellGone(r, &v, noun.NounKey); err != nil {
				return err
			}
		}
		if kind == narrative.KindArticle && !gone {
			if v.Removed, err = s.store.RemovedClaims(r.Context(), narrative.Slug(noun.Key)); err != nil {
				return err
			}
		}
		var told []*entryWords
		for i, e := range log.Entries {
			entry := newEntry(e)
			wasNoun, isNoun := entry.differ(e)
			told = append(told, entry.words)
			entry.New = v.Watch.Watched && e.At.After(looked) && e.Actor != v.Account.Name
			if restorable && v.Account.Role.May(store.RoleEditor) {
				if wasNoun {
					entry.Before = pastPath(noun.NounKey, e.ID, "before")
				}
				if isNoun && (i > 0 || before > 0) {
					entry.After = pastPath(noun.NounKey, e.ID, "after")
				}
			}
			v.Entries = append(v.Entries, entry)
		}
		if err := s.sayWords(r.Context(), kind, told); err != nil {
			return err
		}
		if log.More > 0 {
			v.More = historyPath(kind, noun.Key) + "?before=" + strconv.FormatInt(log.More, 10)
		}
		return s.render(w, r, http.StatusOK, historyPage(v))
	}
}

// tellGone says by whom and when a noun was removed, and reports whether it can be brought back.
func (s *Server) tellGone(r *http.Request, v *historyView, key store.NounKey) (bool, error) {
	g, err := s.store.Removed(r.Context(), key)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	v.Noun.Text = g.Name
	v.Title = "Log of " + g.Name
	v.Gone = "Removed by " + g.By + ", " + dayAndTime(g.At) + "."
	if v.Account.Role.May(store.RoleEditor) {
		v.Restore = pastPath(key, g.Entry, "before")
	}
	return true, nil
}

// pastPath is where a noun is restored as it was before or after an entry of its log.
func pastPath(key store.NounKey, entry int64, side string) string {
	return historyPath(key.Kind, key.Key) + "/" + strconv.FormatInt(entry, 10) + "?side=" + side
}

// removedCount counts what was removed.
func removedCount(list []store.Removed) string {
	if len(list) == 1 {
		return "1 removed, which can be restored"
	}
	return strconv.Itoa(len(list)) + " removed, which can be restored"
}

// goneUnder is by what a noun of a kind is known for ever.
func goneUnder(kind narrative.Kind) string {
	if kind == narrative.KindClaim {
		return "code"
	}
	return "short name"
}

// entryOf reads the number of an entry of the log, 0 for "". The error is a page that is not there.
func entryOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, errNoPage
	}
	return n, nil
}

// A pastView is a noun as it was, beside what it is now, ready to be restored.
type pastView struct {
	layout
	fieldSet
	Noun    ui.Link
	When    string // of the entry
	After   bool
	Fields  []form.Difference // what restoring changes: before is now
	Version int
	Action  string
	Log     string
	Stale   bool // it has changed since the page was made
	Kind    narrative.Kind
	Gone    bool     // it is not at the desk any more
	Lost    []string // what cannot come back with it
}

// sideOf reads which side of an entry is meant. The error is a page that is not there.
func sideOf(text string) (after bool, err error) {
	if text != "before" && text != "after" {
		return false, errNoPage
	}
	return text == "after", nil
}

// newPast finds a noun and what an entry of its log says that it was.
func (s *Server) newPast(r *http.Request, kind narrative.Kind, side string) (deskNoun, pastView, error) {
	var v pastView
	noun, err := s.nounOf(r, kind)
	v.Kind, v.Gone = kind, errors.Is(err, store.ErrNotFound)
	name, titleErr := s.titleOf(r.Context(), noun)
	if titleErr != nil {
		return noun, v, titleErr
	}
	if v.Gone {
		var g store.Removed
		g, err = s.store.Removed(r.Context(), noun.NounKey)
		noun.version, name = g.Version, g.Name
	}
	if err != nil {
		return noun, v, moved(err, func(to string) string { return historyPath(kind, to) })
	}
	id, err := entryOf(r.PathValue("entry"))
	if err != nil {
		return noun, v, err
	}
	if v.After, err = sideOf(side); err != nil {
		return noun, v, err
	}
	e, err := s.store.NounEntry(r.Context(), noun.NounKey, id)
	if err != nil {
		return noun, v, err
	}
	doc := e.Before
	if v.After {
		doc = e.After
	}
	past, ok := store.ReadNoun(kind, doc)
	if !ok {
		return noun, v, &statusError{status: http.StatusUnprocessableEntity, message: "For this point of its log only a text is kept, or nothing. It cannot be restored."}
	}
	v.layout = s.layout(r, "Restore "+name)
	v.Noun = ui.Link{Text: name, Href: nounPath(kind, noun.Key)}
	v.When, v.Version, v.Log = dayAndTime(e.At), noun.version, historyPath(kind, noun.Key)
	if v.Gone {
		v.Noun.Href = v.Log
	}
	if v.Gone && kind == narrative.KindClaim {
		if v.Lost, err = s.store.Unrestorable(r.Context(), store.Restoration{NounKey: noun.NounKey, Entry: id, After: v.After}); err != nil {
			return noun, v, err
		}
	}
	words := &entryWords{was: writtenFields(noun.doc), now: form.Write(past)}
	words.Fields = form.Differences(words.was, words.now)
	words.Fields = slices.DeleteFunc(words.Fields, func(d form.Difference) bool { return d.Path == "slug" || d.Path == "key" || d.Path == "code" })
	if err := s.sayWords(r.Context(), kind, []*entryWords{words}); err != nil {
		return noun, v, err
	}
	v.Fields = words.Fields
	v.Action = v.Log + "/" + strconv.FormatInt(id, 10)
	v.Values = url.Values{}
	return noun, v, nil
}

// showPast shows what restoring a noun would change.
func (s *Server) showPast(kind narrative.Kind) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, v, err := s.newPast(r, kind, r.URL.Query().Get("side"))
		if err != nil {
			return err
		}
		return s.render(w, r, http.StatusOK, pastPage(v))
	}
}

// restore saves a noun as it was before or after an entry of its log.
func (s *Server) restore(kind narrative.Kind) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := sideOf(r.PostForm.Get("side")); err != nil {
			return badField("side")
		}
		noun, v, err := s.newPast(r, kind, r.PostForm.Get("side"))
		if err != nil {
			return err
		}
		v.Values = r.PostForm
		v.Problems = badText("why", r.PostForm.Get("why"))
		if len([]rune(r.PostForm.Get("why"))) > longestWhy {
			v.Problems = append(v.Problems, narrative.Problem{Path: "why", Message: "is too long; expected at most " + strconv.Itoa(longestWhy) + " characters"})
		}
		if len(v.Problems) > 0 {
			return s.render(w, r, http.StatusUnprocessableEntity, pastPage(v))
		}
		entry, _ := entryOf(r.PathValue("entry")) // good, as newPast has read it
		version, _ := strconv.Atoi(r.PostForm.Get("version"))
		asked := store.Restoration{
			NounKey: noun.NounKey, Entry: entry, After: v.After, Version: version, Actor: v.Account.Name, Why: r.PostForm.Get("why"),
		}
		if kind == narrative.KindClaim {
			_, err = s.store.RestoreClaim(r.Context(), asked)
		} else {
			_, err = s.store.RestoreNoun(r.Context(), asked)
		}
		_, stale := errors.AsType[*store.Stale](err)
		_, staleClaim := errors.AsType[*store.StaleClaim](err)
		unsound, isUnsound := errors.AsType[*store.Unsound](err)
		switch {
		case stale || staleClaim:
			v.Stale = true
			return s.render(w, r, http.StatusConflict, pastPage(v))
		case isUnsound:
			v.Problems = unsound.Problems
			return s.render(w, r, http.StatusUnprocessableEntity, pastPage(v))
		case err != nil:
			return err
		}
		return leadOn(v.Log, "restored")
	}
}

// A logView is the desk's log.
type logView struct {
	layout
	fieldSet
	Kinds   []choice
	Entries []entryView
	More    string
}

var accountPattern = regexp.MustCompile(`^[a-z0-9 .-]{1,40}$`)

// showLog shows the desk's log.
func (s *Server) showLog(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := logView{layout: s.layout(r, "Log"), fieldSet: fieldSet{Values: q}, Kinds: logKinds}
	before, err := entryOf(q.Get("before"))
	if err != nil {
		return err
	}
	f := store.DeskFilter{Actor: strings.TrimSpace(q.Get("who")), Kind: narrative.Kind(q.Get("kind"))}
	if f.Actor != "" && !accountPattern.MatchString(f.Actor) {
		v.Problems = append(v.Problems, narrative.Problem{Path: "who", Message: "is no name of an account"})
	}
	if f.Kind != "" && !slices.ContainsFunc(logKinds, func(c choice) bool { return c.Value == string(f.Kind) }) {
		v.Problems = append(v.Problems, narrative.Problem{Path: "kind", Message: "is none of the kinds in the list"})
	}
	if day := strings.TrimSpace(q.Get("day")); day != "" {
		if f.Day, err = narrative.ParseDay(day); err != nil || f.Day.Time().Year() < 1 {
			v.Problems = append(v.Problems, narrative.Problem{Path: "day", Message: "is no day; expected one such as 2023-01-24"})
		}
	}
	if len(v.Problems) > 0 {
		return s.render(w, r, http.StatusUnprocessableEntity, deskLogPage(v))
	}
	page, err := s.store.DeskLog(r.Context(), f, before)
	if err != nil {
		return err
	}
	for _, e := range page.Entries {
		v.Entries = append(v.Entries, newEntry(e))
	}
	if err := s.nameEntries(r.Context(), v.Entries); err != nil {
		return err
	}
	if page.More > 0 {
		next := url.Values{"who": {f.Actor}, "kind": {string(f.Kind)}, "day": {string(f.Day)}, "before": {strconv.FormatInt(page.More, 10)}}
		v.More = logPath + "?" + next.Encode()
	}
	return s.render(w, r, http.StatusOK, deskLogPage(v))
}

// logKinds are the kinds of noun of which the log tells.
var logKinds = func() []choice {
	var list []choice
	for kind := range plurals {
		list = append(list, choice{string(kind), string(kind)})
	}
	for _, kind := range []narrative.Kind{store.KindComplaint, store.KindArrival} {
		list = append(list, choice{string(kind), string(kind)})
	}
	slices.SortFunc(list, func(a, b choice) int { return strings.Compare(a.Value, b.Value) })
	return list
}()
