package desk

import (
	"errors"
	"net/http"

	"counterclaim/internal/credential"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// factorPath is where a second factor is set up.
const factorPath = "/desk/account/factor"

// A factorView is the page on which a second factor is set up.
type factorView struct {
	layout
	Fields  fieldSet
	Picture credential.Picture
	Secret  string // in groups, to be typed; "" before it was begun
}

// showFactor shows what an app reads the second factor from, if it was begun.
func (s *Server) showFactor(w http.ResponseWriter, r *http.Request) error {
	return s.drawFactor(w, r, http.StatusOK, fieldSet{})
}

func (s *Server) drawFactor(w http.ResponseWriter, r *http.Request, status int, f fieldSet) error {
	name := accountOf(r).Name
	v := factorView{layout: s.layout(r, "Set up the second factor"), Fields: f}
	secret, err := s.store.PendingFactor(r.Context(), name)
	if err != nil {
		return err
	}
	if secret != "" {
		v.Secret = credential.FactorText(secret)
		if v.Picture, err = credential.FactorPicture(name, secret); err != nil {
			return err
		}
	}
	return s.render(w, r, status, factorPage(v))
}

// beginFactor makes the secret of another second factor, for who knows the password.
func (s *Server) beginFactor(w http.ResponseWriter, r *http.Request) error {
	problems, err := s.isOwner(r.Context(), r, "password")
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.drawFactor(w, r, http.StatusUnprocessableEntity, fieldSet{Problems: problems})
	}
	if err := s.store.BeginFactor(r.Context(), accountOf(r).Name); err != nil {
		return err
	}
	return leadOn(factorPath, "")
}

// confirmFactor takes the first code of the new second factor, ends all other sessions, and shows the recovery codes, once.
func (s *Server) confirmFactor(w http.ResponseWriter, r *http.Request) error {
	name := accountOf(r).Name
	codes, err := s.store.ConfirmFactor(r.Context(), name, r.PostForm.Get("code"), s.now())
	if errors.Is(err, store.ErrWrong) {
		s.refused(r, name, "wrong code for a new second factor")
		return s.drawFactor(w, r, http.StatusUnprocessableEntity, fieldSet{Problems: []narrative.Problem{
			{Path: "code", Message: "This code is not the one that an app shows now for this secret. Is the clock of your phone right?"},
		}})
	}
	if err != nil {
		return err
	}
	s.noted(r, name, "second factor set up")
	if err := s.startSession(w, r, name); err != nil {
		return err
	}
	return s.showCodes(w, r, codes)
}

// renewCodes makes recovery codes anew, for who knows the password, and shows them, once.
func (s *Server) renewCodes(w http.ResponseWriter, r *http.Request) error {
	a := accountOf(r)
	if !a.HasFactor {
		return leadOn(factorPath, "")
	}
	problems, err := s.isOwner(r.Context(), r, "codes_password")
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.drawAccount(w, r, http.StatusUnprocessableEntity, fieldSet{Problems: problems})
	}
	codes, err := s.store.RenewRecoveryCodes(r.Context(), a.Name)
	if err != nil {
		return err
	}
	s.noted(r, a.Name, "recovery codes made anew")
	return s.showCodes(w, r, codes)
}

func (s *Server) showCodes(w http.ResponseWriter, r *http.Request, codes []string) error {
	return s.render(w, r, http.StatusOK, secretsPage(secretsView{
		layout: s.layout(r, "Recovery codes"), Head: "Your recovery codes", Secrets: codes, On: "/desk",
		Text: "Each of them lets you in once without the app, with your password. Print them or write them down, and keep them away from your " +
			"phone. They cannot be shown again; older ones are no good any more.",
	}))
}
