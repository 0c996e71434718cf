package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

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
