package web

import (
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestMoved asks for nouns under slugs and codes that they had before. Editions stay where they were published.
func TestMoved(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	for kind, names := range map[string][2]string{
		"fact": {"old-fact", "bridge-open"}, "source": {"old-source", "carters"}, "claim": {"X0K-3H6E", "V8N-K4HM"},
	} {
		if _, err := db.Exec(t.Context(), `INSERT INTO names (kind, name, target) VALUES ($1, $2, $3)`, kind, names[0], names[1]); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"/facts/old-fact":      "/facts/bridge-open",
		"/facts/old-fact.json": "/facts/bridge-open.json",
		"/sources/old-source":  "/sources/carters",
		"/claims/X0K-3H6E":     "/claims/V8N-K4HM",
	} {
		response, _ := s.fetch(path, http.StatusMovedPermanently)
		if got := response.Header.Get("Location"); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
}
