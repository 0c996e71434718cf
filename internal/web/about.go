package web

import (
	"fmt"
	"net/http"
)

func (s *Server) showAbout(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, aboutPage(s.layout(r, "About")))
}

func (s *Server) showMethod(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, methodPage(s.layout(r, "How claims are tagged")))
}

// showAlive says that the server runs, whatever the state of the database.
func (s *Server) showAlive(w http.ResponseWriter, _ *http.Request) error {
	plainAnswer(w, http.StatusOK, "alive")
	return nil
}

// showReady says whether the server can answer readers.
func (s *Server) showReady(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.Ready(r.Context()); err != nil {
		s.log.WarnContext(r.Context(), "not ready", "request", requestID(r), "error", err)
		plainAnswer(w, http.StatusServiceUnavailable, "not ready")
		return nil
	}
	plainAnswer(w, http.StatusOK, "ready")
	return nil
}

func plainAnswer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text) // fails only if the visitor has gone
}
