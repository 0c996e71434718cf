package web

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"counterclaim/internal/web/api"
)

// mountAPI puts the read API under its address. Its answers are kept as pages are.
func (s *Server) mountAPI(r chi.Router) (err error) {
	keep := func(next http.Handler) http.Handler {
		return s.page(fresh, func(w http.ResponseWriter, r *http.Request) error {
			next.ServeHTTP(w, r)
			return nil
		})
	}
	failed := func(ctx context.Context, err error) {
		s.log.ErrorContext(ctx, "request failed", "request", ctx.Value(requestIDKey{}), "error", err)
	}
	r.Route("/api", func(r chi.Router) {
		s.api, err = api.Register(r, api.Options{Store: s.store, PublicURL: s.publicURL, Signer: s.signer, Keep: keep, Failed: failed})
	})
	return err
}
