package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"counterclaim/internal/credential"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// accountPath is where somebody sees to his own account.
const accountPath = "/desk/account"

// An accountView is the page of one's own account.
type accountView struct {
	layout
	Fields    fieldSet
	CodesLeft int // recovery codes that are still good
	Sessions  []sessionView
	Tokens    []tokenView
}

// A sessionView is a session in a list.
type sessionView struct {
	store.SessionRow
	Here          bool // whether it is the one that asks
	Started, Seen string
}

// A tokenView is a token for programs in a list.
type tokenView struct {
	store.Token
	Created, Expires string
	Used             string // "" for never
	Over             bool
}

// A secretsView is a page that shows once what can never be shown again.
type secretsView struct {
	layout
	Head, Text string
	Secrets    []string
	On         string // where to go on
}

// letterKeys is what a box holds that is ticked or not.
func letterKeys(on bool) string {
	if on {
		return "on"
	}
	return ""
}

// stamp writes a time in UTC.
func stamp(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") + " UTC" }

// tokenDays are for how long a token for programs may be made, in days.
var tokenDays = []choice{{"30", "30 days"}, {"90", "90 days"}, {"365", "a year"}}

// longestTokenName is the largest length of the name of a token, in characters.
const longestTokenName = 60

// showAccount shows one's own account.
func (s *Server) showAccount(w http.ResponseWriter, r *http.Request) error {
	return s.drawAccount(w, r, http.StatusOK, fieldSet{})
}

// drawAccount draws the page of one's own account, with a form of it that was not taken.
func (s *Server) drawAccount(w http.ResponseWriter, r *http.Request, status int, f fieldSet) error {
	v, err := s.newAccountView(r, f)
	if err != nil {
		return err
	}
	return s.render(w, r, status, accountPage(v))
}

func (s *Server) newAccountView(r *http.Request, f fieldSet) (accountView, error) {
	ctx, name := r.Context(), accountOf(r).Name
	v := accountView{layout: s.layout(r, "Your account"), Fields: f}
	sessions, err := s.store.Sessions(ctx, name)
	if err != nil {
		return v, err
	}
	here := store.SessionID(s.sessionToken(r))
	for _, row := range sessions {
		v.Sessions = append(v.Sessions, sessionView{row, row.ID == here, stamp(row.StartedAt), stamp(row.SeenAt)})
	}
	tokens, err := s.store.Tokens(ctx, name)
	if err != nil {
		return v, err
	}
	for _, t := range tokens {
		tv := tokenView{Token: t, Created: stamp(t.CreatedAt), Expires: stamp(t.ExpiresAt), Over: t.ExpiresAt.Before(s.now())}
		if t.UsedAt != nil {
			tv.Used = stamp(*t.UsedAt)
		}
		v.Tokens = append(v.Tokens, tv)
	}
	v.CodesLeft, err = s.store.RecoveryCodesLeft(ctx, name)
	return v, err
}

// isOwner checks the password that the owner of an account has typed again, in a field of a form, before something that would
// let whoever sits at an open browser take the account over. What is wrong is returned as problems of the field.
func (s *Server) isOwner(ctx context.Context, r *http.Request, field string) ([]narrative.Problem, error) {
	name := accountOf(r).Name
	_, err := s.store.CheckPassword(ctx, name, r.PostForm.Get(field), addressOf(r))
	if errors.Is(err, store.ErrWrong) {
		s.refused(r, name, "wrong password")
		return []narrative.Problem{{Path: field, Message: "Your password is not right."}}, nil
	}
	return nil, s.throttled(r, err)
}

// changePassword takes another password from who knows the old one, and ends all other sessions.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	name := accountOf(r).Name
	password := r.PostForm.Get("new")
	f := fieldSet{Problems: againProblems(password, r.PostForm.Get("again"))}
	if len(f.Problems) == 0 {
		var err error
		if f.Problems, err = s.isOwner(r.Context(), r, "old"); err != nil {
			return err
		}
	}
	if len(f.Problems) == 0 {
		err := s.store.SetPassword(r.Context(), name, password)
		if weak, ok := errors.AsType[*credential.Weak](err); ok {
			f.Problems = weakProblems(weak)
		} else if err != nil {
			return err
		}
	}
	if len(f.Problems) > 0 {
		return s.drawAccount(w, r, http.StatusUnprocessableEntity, f)
	}
	s.noted(r, name, "password changed")
	if err := s.startSession(w, r, name); err != nil {
		return err
	}
	return leadOn(accountPath, "password")
}

// setKeys switches the keys of single letters on or off.
func (s *Server) setKeys(_ http.ResponseWriter, r *http.Request) error {
	on := fieldSet{Values: r.PostForm}.isOn("letter_keys")
	if err := s.store.SetLetterKeys(r.Context(), accountOf(r).Name, on); err != nil {
		return err
	}
	return leadOn(accountPath+"#keys", "saved")
}

// endSession ends one of one's own sessions, or all but the one that asks.
func (s *Server) endSession(_ http.ResponseWriter, r *http.Request) error {
	name, id := accountOf(r).Name, r.PostForm.Get("session")
	var err error
	if id == "others" {
		err = s.store.EndSessions(r.Context(), name, s.sessionToken(r), name)
	} else {
		err = s.store.EndSessionOf(r.Context(), name, id)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) { // it may have ended by itself
		return err
	}
	s.noted(r, name, "session ended")
	return leadOn(accountPath+"#sessions", "ended")
}

// makeToken makes a token for a program and shows it, once.
func (s *Server) makeToken(w http.ResponseWriter, r *http.Request) error {
	a := accountOf(r)
	f := fieldSet{Values: r.PostForm}
	for _, p := range unfitFields(r.PostForm) {
		if len(r.PostForm[p.Path]) > 1 {
			f.Problems = append(f.Problems, p)
		}
	}
	name := strings.TrimSpace(r.PostForm.Get("token_name"))
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		f.Problems = append(f.Problems, narrative.Problem{Path: "token_name", Message: "The token needs a name, by which you know it."})
	case n > longestTokenName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		f.Problems = append(f.Problems, narrative.Problem{Path: "token_name", Message: "The name of the token is one line of at most 60 characters."})
	}
	days, err := strconv.Atoi(r.PostForm.Get("token_days"))
	if err != nil || !hasChoice(tokenDays, strconv.Itoa(days)) {
		f.Problems = append(f.Problems, narrative.Problem{Path: "token_days", Message: "Choose for how long the token is good."})
	}
	if len(f.Problems) == 0 {
		if f.Problems, err = s.isOwner(r.Context(), r, "token_password"); err != nil {
			return err
		}
	}
	var token string
	if len(f.Problems) == 0 {
		token, err = s.store.MakeToken(r.Context(), a.Name, name, days)
		if errors.Is(err, store.ErrManyTokens) {
			f.Problems = []narrative.Problem{{Path: "token_name", Message: "You have as many tokens as one may have. End one that is not used any more."}}
		} else if err != nil {
			return err
		}
	}
	if len(f.Problems) > 0 {
		return s.drawAccount(w, r, http.StatusUnprocessableEntity, f)
	}
	s.noted(r, a.Name, "token made")
	return s.render(w, r, http.StatusOK, secretsPage(secretsView{
		layout: s.layout(r, "A new token"), Head: "The new token", On: accountPath + "#tokens", Secrets: []string{token},
		Text: "A program that sends it may do what you may. Copy it now: it is kept nowhere and cannot be shown again.",
	}))
}

func hasChoice(choices []choice, value string) bool {
	return slices.ContainsFunc(choices, func(c choice) bool { return c.Value == value })
}

// endToken ends a token for programs.
func (s *Server) endToken(_ http.ResponseWriter, r *http.Request) error {
	name := accountOf(r).Name
	id, err := strconv.ParseInt(r.PostForm.Get("token"), 10, 64)
	if err != nil {
		return badField("token")
	}
	if err := s.store.EndToken(r.Context(), name, id); err != nil && !errors.Is(err, store.ErrNotFound) { // somebody was faster
		return err
	}
	s.noted(r, name, "token ended")
	return leadOn(accountPath+"#tokens", "ended")
}
