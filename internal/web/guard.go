package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Bounds of what a reader may send.
const (
	longestPath  = 1024 // bytes, escaped
	longestQuery = 2048
	largestBody  = 16 << 10
)

// contentSecurityPolicy lets pages load style sheets, pictures and scripts from the site itself, and nothing else from
// anywhere.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// strictTransport tells browsers to come by https alone for a year, also to the hosts below this one.
const strictTransport = "max-age=31536000; includeSubDomains"

// securityHeaders are on every answer.
func (s *Server) securityHeaders(next http.Handler) http.Handler {
	isSecure := strings.HasPrefix(s.publicURL, "https:")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if isSecure {
			h.Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}

// refuseOddPaths answers for addresses that no page of ours has: too long, not UTF-8, or with control characters.
func (s *Server) refuseOddPaths(next http.Handler) http.Handler {
	refuse := s.page(none, func(http.ResponseWriter, *http.Request) error { return errOddPath })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if len(r.URL.EscapedPath()) > longestPath || len(r.URL.RawQuery) > longestQuery || !utf8.ValidString(path) ||
			strings.ContainsFunc(path, unicode.IsControl) {
			refuse(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitBody bounds what readers send. What is mounted has bounds of its own.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if boundsItself(r) {
			next.ServeHTTP(w, r)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, largestBody)
		next.ServeHTTP(w, r)
	})
}

// recoverPanics answers for a handler that panics.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

type requestIDKey struct{}

// requestID returns the name that a request has in the log.
func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestIDKey{}).(string)
	return id
}

// startPath begins the addresses that end with a token which lets somebody in.
const startPath = DeskPath + "/start/"

// LoggedPath returns the path of a request as the log may hold it, without a token that lets somebody in.
func LoggedPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, startPath) {
		return startPath + "…"
	}
	return r.URL.Path
}

// logRequests writes one line for each request, at its end. It holds no address of the visitor.
func (s *Server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var random [6]byte
		_, _ = rand.Read(random[:]) // never fails, see crypto/rand
		id := hex.EncodeToString(random[:])
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		begun := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			route := ""
			if c := chi.RouteContext(r.Context()); c != nil {
				route = c.RoutePattern()
			}
			if isDesk(r) {
				route = strings.TrimPrefix(route, DeskPath) // its own map has whole addresses
			}
			s.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("request", id), slog.String("method", r.Method), slog.String("path", LoggedPath(r)),
				slog.String("route", route), slog.Int("status", ww.Status()), slog.Int("bytes", ww.BytesWritten()),
				slog.Duration("duration", time.Since(begun)))
		}()
		next.ServeHTTP(ww, r)
	})
}
