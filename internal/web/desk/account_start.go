package desk

import (
	"errors"
	"net/http"

	"counterclaim/internal/credential"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// StartPath is where the link with a token leads by which somebody chooses a password.
func StartPath(token string) string { return "/desk/start/" + token }

// A startView is the page on which somebody chooses a password.
type startView struct {
	layout
	Fields  fieldSet
	Account store.Account
	Action  string
}

// errLink is for a link that cannot be used, whatever the reason is: it was used, is over, or never was.
var errLink = &statusError{
	status:  http.StatusNotFound,
	message: "This link cannot be used. It works once, for 72 hours, and only until a newer one is made. Ask an admin for another one.",
}

// showStart asks for the password that somebody wants to have.
func (s *Server) showStart(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newStartView(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, startPage(v))
}

func (s *Server) newStartView(r *http.Request) (startView, error) {
	token := r.PathValue("token")
	a, err := s.store.LinkAccount(r.Context(), token)
	if errors.Is(err, store.ErrNotFound) {
		return startView{}, errLink
	}
	return startView{layout: s.layout(r, "Choose a password"), Account: a, Action: StartPath(token)}, err
}

// start takes the password, and lets its owner in.
func (s *Server) start(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newStartView(r)
	if err != nil {
		return err
	}
	password := r.PostForm.Get("new")
	v.Fields.Problems = againProblems(password, r.PostForm.Get("again"))
	if len(v.Fields.Problems) == 0 {
		a, err := s.store.UseLink(r.Context(), r.PathValue("token"), password, addressOf(r))
		if weak, ok := errors.AsType[*credential.Weak](err); ok {
			v.Fields.Problems = weakProblems(weak)
		} else if errors.Is(err, store.ErrNotFound) {
			return errLink
		} else if err != nil {
			return s.throttled(r, err)
		} else {
			s.noted(r, a.Name, "link used to choose a password")
			return s.enter(w, r, a, "/desk")
		}
	}
	return s.render(w, r, http.StatusUnprocessableEntity, startPage(v))
}

// againProblems says that a new password was not typed twice alike.
func againProblems(password, again string) []narrative.Problem {
	if password == again {
		return nil
	}
	return []narrative.Problem{{Path: "again", Message: "The new password was not typed twice alike."}}
}

// weakProblems says what is wrong with a new password.
func weakProblems(weak *credential.Weak) []narrative.Problem {
	return []narrative.Problem{{Path: "new", Message: "The new password " + weak.Message + "."}}
}
