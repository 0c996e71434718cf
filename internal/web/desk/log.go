package desk

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

const logPath = web.DeskPath + "/log"

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
