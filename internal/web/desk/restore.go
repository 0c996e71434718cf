package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
	"counterclaim/internal/web/ui"
)

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
		entry, _ := entryOf(r.PathValue("entry")) // good, as newPast has read it
		asked := store.Restoration{
			NounKey: noun.NounKey, Entry: entry, After: v.After, Version: seenVersion(r, "version"), Actor: v.Account.Name, Why: r.PostForm.Get("why"),
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
