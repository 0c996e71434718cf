package desk

import (
	"errors"
	"net/http"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// codePath is where the code of the second factor is asked for.
const codePath = LoginPath + "/code"

// A loginView is a step of the login: the page of name and password, or that of the code.
type loginView struct {
	layout
	Fields fieldSet
	Next   string // where to go on
	Name   string // whose code is asked for
}

// An insecureView is the page of the login where it cannot work.
type insecureView struct {
	layout
	Host      string // as the browser knows the site
	PublicURL string // where it can, if that is known; else ""
}

// open makes a handler of h for pages that need no account, on which secrets are typed.
func (s *Server) open(h handlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", "no-referrer") // the address may hold a token
		var err error
		if !s.mayLogIn(r) {
			err = s.showInsecure(w, r)
		} else if err = readForm(w, r); err == nil {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// showInsecure says why nobody can log in here.
func (s *Server) showInsecure(w http.ResponseWriter, r *http.Request) error {
	s.log.WarnContext(r.Context(), "login refused", "request", web.RequestID(r), "reason", "plain http from another machine")
	return s.render(w, r, http.StatusForbidden, insecurePage(insecureView{s.layout(r, "Logging in cannot work here"), r.Host, s.secureURL}))
}

// showLogin asks for name and password.
func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) error {
	next := safeNext(r.URL.Query().Get("next"))
	switch _, err := s.account(r); {
	case err == nil:
		return &redirect{next}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return s.render(w, r, http.StatusOK, loginPage(loginView{layout: s.layout(r, "Log in"), Next: next}))
}

// logIn takes name and password.
func (s *Server) logIn(w http.ResponseWriter, r *http.Request) error {
	v := loginView{layout: s.layout(r, "Log in"), Fields: fieldSet{Values: r.PostForm}, Next: safeNext(r.PostForm.Get("next"))}
	name := strings.ToLower(strings.TrimSpace(r.PostForm.Get("name")))
	a, err := s.store.CheckPassword(r.Context(), name, r.PostForm.Get("password"), addressOf(r))
	switch {
	case errors.Is(err, store.ErrWrong):
		s.refused(r, a.Name, "wrong name or password")
		v.Fields.Problems = []narrative.Problem{{Path: "name", Message: "The name or the password is not right."}}
		return s.render(w, r, http.StatusUnprocessableEntity, loginPage(v))
	case err != nil:
		return s.throttled(r, err)
	}
	return s.enter(w, r, a, v.Next)
}

// enter lets an account in whose password was right: at once, after a code, or to where it sets up the second factor that it
// needs.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, a store.Account, next string) error {
	if a.HasFactor {
		token, err := s.store.BeginLogin(r.Context(), a.Name)
		if err != nil {
			return err
		}
		s.setCookie(w, r, s.cookieName(r)+loginSuffix, token, loginSeconds)
		return &redirect{withNext(codePath, next)}
	}
	if a.LacksFactor() {
		next = factorPath
		if err := s.store.BeginFactor(r.Context(), a.Name); err != nil {
			return err
		}
	}
	if err := s.startSession(w, r, a.Name); err != nil {
		return err
	}
	s.noted(r, a.Name, "logged in")
	return &redirect{next}
}

// errLoginOver leads back to the password, for a login that was begun too long ago or in another browser.
var errLoginOver = &redirect{LoginPath + "?done=over"}

// showCode asks for the code of the second factor.
func (s *Server) showCode(w http.ResponseWriter, r *http.Request) error {
	a, err := s.store.LoginAccount(r.Context(), s.loginToken(r))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errLoginOver
	case err != nil:
		return err
	}
	return s.render(w, r, http.StatusOK, codePage(loginView{
		layout: s.layout(r, "Second factor"), Next: safeNext(r.URL.Query().Get("next")), Name: a.Name,
	}))
}

// finishLogin takes the code of the second factor.
func (s *Server) finishLogin(w http.ResponseWriter, r *http.Request) error {
	token := s.loginToken(r)
	a, err := s.store.LoginAccount(r.Context(), token)
	var login store.Login
	if err == nil {
		login, err = s.store.FinishLogin(r.Context(), token, r.PostForm.Get("code"), deviceOf(r), s.now())
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errLoginOver
	case errors.Is(err, store.ErrWrong):
		s.refused(r, a.Name, "wrong code")
		v := loginView{layout: s.layout(r, "Second factor"), Next: safeNext(r.PostForm.Get("next")), Name: a.Name}
		v.Fields.Problems = []narrative.Problem{{Path: "code", Message: "This code is not right, or was used before. Wait for the next one."}}
		return s.render(w, r, http.StatusUnprocessableEntity, codePage(v))
	case err != nil:
		return s.throttled(r, err)
	}
	s.setCookie(w, r, s.cookieName(r)+loginSuffix, "", -1)
	s.setCookie(w, r, s.cookieName(r), login.Session, 0)
	if login.Recovery {
		s.noted(r, a.Name, "logged in with a recovery code")
		return leadOn(accountPath+"#factor", "recovery")
	}
	s.noted(r, a.Name, "logged in")
	return &redirect{safeNext(r.PostForm.Get("next"))}
}

// logOut ends the session.
func (s *Server) logOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.EndSession(r.Context(), s.sessionToken(r)); err != nil {
		return err
	}
	s.setCookie(w, r, s.cookieName(r), "", -1)
	s.noted(r, accountOf(r).Name, "logged out")
	return leadOn(LoginPath, "out")
}

// noted enters in the log what somebody has done with an account.
func (s *Server) noted(r *http.Request, account, event string) {
	s.log.InfoContext(r.Context(), event, "request", web.RequestID(r), "account", account)
}

// refused enters in the log that somebody was not let in. What was typed is never in it: it may be a password in the wrong
// field. account is "" if there is none of the name.
func (s *Server) refused(r *http.Request, account, reason string) {
	s.log.WarnContext(r.Context(), "login refused", "request", web.RequestID(r), "account", account, "reason", reason)
}

// throttled enters in the log that there were too many tries, and returns the error as it is.
func (s *Server) throttled(r *http.Request, err error) error {
	if _, ok := errors.AsType[*store.Throttled](err); ok {
		s.refused(r, "", "too many tries")
	}
	return err
}
