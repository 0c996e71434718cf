package desk

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

const watchesPath = web.DeskPath + "/watches"

// A watchView is whether an account watches something, with the button that changes it.
type watchView struct {
	Kind     string
	Key      string
	Watched  bool
	Button   string // "" for what cannot be watched
	Next     string // the page on which the button stands; "" for the log of what is watched
	lookedAt time.Time
	Upto     string // the moment up to which what changed is on the page
}

// watchOf says whether whoever sends a request watches something.
func (s *Server) watchOf(r *http.Request, key store.NounKey) (watchView, error) {
	v := watchView{Kind: string(key.Kind), Key: key.Key}
	what := map[narrative.Kind]string{
		narrative.KindFact: "this fact", narrative.KindSource: "this source", narrative.KindOutlet: "this outlet", store.KindDesk: "all that the desk does",
	}[key.Kind]
	if what == "" {
		return v, nil
	}
	var err error
	v.lookedAt, v.Watched, err = s.store.Looked(r.Context(), accountOf(r).Name, key)
	v.Button = "Watch " + what
	if v.Watched {
		v.Button = "Watch " + what + " no more"
	}
	return v, err
}

// logLink is the text of a link to the log of a noun, where it can also be watched and given to somebody.
func logLink(kind narrative.Kind) string {
	switch kind {
	case narrative.KindFact, narrative.KindSource, narrative.KindOutlet:
		return "Its log; watch it or assign it"
	}
	return "Its log; assign it"
}

// newWatched shows something that is watched.
func newWatched(w store.Watch) watchedView {
	v := watchedView{Link: ui.Link{Text: w.Title, Href: watchedPath(w.NounKey)}, Invented: w.Invented, Looked: dayAndTime(w.LookedAt)}
	if w.Kind == store.KindDesk {
		v.Text = "All that the desk does"
	}
	if w.Changes > 0 {
		v.Changes, v.When = numbered(w.Changes, "change", "changes"), dayAndTime(w.Latest)
		if w.Changes >= 100 {
			v.Changes = "100 changes or more"
		}
	}
	return v
}

// numbered writes a number with the word for one or for several.
func numbered(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// watchedPath is the list of what has changed of something that is watched.
func watchedPath(key store.NounKey) string {
	if key.Kind == store.KindDesk {
		return watchesPath + "/desk"
	}
	return watchesPath + "/" + plurals[key.Kind] + "/" + key.Key
}

// A sinceView is what has changed of something since an account last looked.
type sinceView struct {
	layout
	Noun    ui.Link
	Looked  string
	Entries []entryView
	Watch   watchView
}

// showSince shows what has changed of something that is watched.
func (s *Server) showSince(kind narrative.Kind) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := store.NounKey{Kind: kind, Key: r.PathValue("key")}
		v := sinceView{Noun: ui.Link{Text: "All that the desk does", Href: web.DeskPath}}
		if kind != store.KindDesk {
			noun, err := s.nounOf(r, kind)
			if err != nil {
				return moved(err, func(to string) string { return watchedPath(store.NounKey{Kind: kind, Key: to}) })
			}
			v.Noun.Href = historyPath(kind, noun.Key)
			if v.Noun.Text, err = s.titleOf(r.Context(), noun); err != nil {
				return err
			}
		}
		v.layout = s.layout(r, "Changed since you last looked: "+v.Noun.Text)
		var err error
		if v.Watch, err = s.watchOf(r, key); err != nil {
			return err
		}
		if !v.Watch.Watched {
			return &statusError{status: http.StatusNotFound, message: "You are not watching this."}
		}
		v.Looked = dayAndTime(v.Watch.lookedAt)
		entries, err := s.store.ChangesSince(r.Context(), v.Account.Name, key)
		if err != nil {
			return err
		}
		for i, e := range entries {
			if i == 0 {
				v.Watch.Upto = e.At.UTC().Format(time.RFC3339Nano)
			}
			entry := newEntry(e)
			if !v.Account.Role.May(store.RoleContributor) {
				entry.Href = ""
			}
			v.Entries = append(v.Entries, entry)
		}
		if err := s.nameEntries(r.Context(), v.Entries); err != nil {
			return err
		}
		return s.render(w, r, http.StatusOK, sincePage(v))
	}
}

// watch watches something, does so no more, or notes that what changed was seen.
func (s *Server) watch(_ http.ResponseWriter, r *http.Request) error {
	account := accountOf(r).Name
	key := store.NounKey{Kind: narrative.Kind(r.PostForm.Get("kind")), Key: r.PostForm.Get("key")}
	to := safeNext(r.PostForm.Get("next"))
	switch r.PostForm.Get("do") {
	case "watch":
		return s.watched(s.store.Watch(r.Context(), account, key), to, "watched")
	case "stop":
		return s.watched(s.store.Unwatch(r.Context(), account, key), to, "unwatched")
	case "seen":
		upTo, err := time.Parse(time.RFC3339Nano, r.PostForm.Get("upto"))
		if err != nil || upTo.Year() < 2000 || upTo.Year() > 9999 {
			return &statusError{status: http.StatusUnprocessableEntity, message: "The field upto holds no moment. Nothing was noted."}
		}
		return s.watched(s.store.Look(r.Context(), account, key, upTo), to, "seen")
	}
	return &statusError{status: http.StatusUnprocessableEntity, message: "The field do asks for nothing that can be done; expected watch, stop or seen."}
}

// watched leads on after a watch was changed, or says what keeps it from being.
func (s *Server) watched(err error, to, done string) error {
	movedTo, isMoved := errors.AsType[*store.Moved](err)
	switch {
	case isMoved:
		return &statusError{status: http.StatusConflict, message: "This has another name now, " + movedTo.To + ". Please open it again."}
	case errors.Is(err, store.ErrTooMany):
		return &statusError{status: http.StatusUnprocessableEntity, message: "You are watching as much as one can. Watch something else no more first."}
	case errors.Is(err, store.ErrInvalid):
		return &statusError{status: http.StatusUnprocessableEntity, message: "The field kind names nothing that can be watched; expected fact, source, outlet or desk."}
	case err != nil:
		return err
	}
	return leadOn(to, done)
}

// next is where the button leads on to.
func (v watchView) next() string {
	if v.Next != "" {
		return v.Next
	}
	if kind := narrative.Kind(v.Kind); kind != store.KindDesk {
		return historyPath(kind, v.Key)
	}
	return web.DeskPath
}
