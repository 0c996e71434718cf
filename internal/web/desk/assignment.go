package desk

import (
	"errors"
	"net/http"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

const assignmentsPath = web.DeskPath + "/assignments"

// An assignmentView is who has a noun, with the form that gives it to somebody.
type assignmentView struct {
	fieldSet
	Kind, Key string
	To        string // who has it, "" for nobody
	Since     string // as in "given by ada on 3 May 2026"
	Accounts  []choice
}

// assignmentOf says who has a noun.
func (s *Server) assignmentOf(r *http.Request, key store.NounKey) (assignmentView, error) {
	v := assignmentView{Kind: string(key.Kind), Key: key.Key}
	a, err := s.store.Assignment(r.Context(), key)
	if err != nil {
		return v, err
	}
	names, err := s.store.Assignees(r.Context())
	if err != nil {
		return v, err
	}
	for _, n := range names {
		v.Accounts = append(v.Accounts, choice{n, n})
	}
	v.To = a.Account
	if a.Account != "" {
		v.Since = "given by " + a.By + " on " + dayAndTime(a.At)
	}
	v.Values = map[string][]string{"account": {a.Account}, "note": {a.Note}, "due": {string(a.Due)}}
	return v, nil
}

// An assignView is the form alone, drawn again because something is wrong.
type assignView struct {
	layout
	Assignment assignmentView
}

// assign gives a noun to an account, or to nobody.
func (s *Server) assign(w http.ResponseWriter, r *http.Request) error {
	a := store.Assignment{
		NounKey: store.NounKey{Kind: narrative.Kind(r.PostForm.Get("kind")), Key: r.PostForm.Get("key")},
		Account: r.PostForm.Get("account"), Note: strings.TrimSpace(r.PostForm.Get("note")), By: accountOf(r).Name,
	}
	if plurals[a.Kind] == "" {
		return &statusError{status: http.StatusUnprocessableEntity, message: "The field kind names no kind of noun. Nothing was assigned."}
	}
	var problems []narrative.Problem
	problems = append(problems, badText("note", a.Note)...)
	problems = append(problems, overlong("note", a.Note, longestWhy)...)
	if day := strings.TrimSpace(r.PostForm.Get("due")); day != "" {
		var err error
		if a.Due, err = narrative.ParseDay(day); err != nil || a.Due.Time().Year() < 1 {
			problems = append(problems, narrative.Problem{Path: "due", Message: "is no day; expected one such as 2023-01-24"})
		}
	}
	if !r.PostForm.Has("account") {
		problems = append(problems, narrative.Problem{Path: "account", Message: "was not sent; expected a field, which may be empty"})
	}
	if a.Account != "" && !accountPattern.MatchString(a.Account) {
		problems = append(problems, narrative.Problem{Path: "account", Message: "is no name of an account"})
	}
	if len(problems) == 0 {
		err := s.store.Assign(r.Context(), a)
		m, isMoved := errors.AsType[*store.Moved](err)
		switch {
		case err == nil:
			return leadOn(historyPath(a.Kind, a.Key), "assigned")
		case isMoved:
			return &statusError{status: http.StatusConflict, message: "This has another name now, " + m.To + ". Please open it again."}
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		if _, err := s.store.Assignment(r.Context(), a.NounKey); err != nil {
			return err
		}
		problems = append(problems, narrative.Problem{Path: "account", Message: "is no account that can be given something, or what was to be given is not there any more"})
	}
	v := assignView{layout: s.layout(r, "Assign")}
	var err error
	if v.Assignment, err = s.assignmentOf(r, a.NounKey); err != nil {
		return err
	}
	v.Assignment.Values, v.Assignment.Problems = r.PostForm, problems
	return s.render(w, r, http.StatusUnprocessableEntity, assignPage(v))
}
