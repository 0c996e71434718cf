package web

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestReadersRole asks each address when nobody but the readers' role may connect to the database any more.
func TestReadersRole(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	paths := routePaths(t, s)
	admin, database := s.besides(t), s.database(t)
	execute(t, admin, "REVOKE CONNECT ON DATABASE "+database+" FROM PUBLIC, "+store.OwnerRole+", "+store.DeskRole)
	execute(t, admin, "GRANT CONNECT ON DATABASE "+database+" TO "+store.ReaderRole)
	execute(t, admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+database+"' AND usename <> '"+store.ReaderRole+"'")
	err := s.store.Import(t.Context(), "test", "a test", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{}, nil
	})
	if err == nil {
		t.Fatal("the desk can still connect, so that the rest would show nothing")
	}
	for route, path := range paths {
		s.fetch(path, statusOf(route))
	}
	s.crawl()
	var others int
	err = admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND usename <> $2", database, store.ReaderRole).Scan(&others)
	if err != nil || others != 0 {
		t.Errorf("%d connections are not the readers' role's, error %v", others, err)
	}
}

// TestQueries counts the queries of each page. One is the most, whatever it shows.
func TestQueries(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	paths := routePaths(t, s)
	for _, route := range slices.Sorted(maps.Keys(paths)) {
		want := 1
		if needsNothing[route] {
			want = 0
		}
		ctx, counter := store.CountQueries(t.Context())
		answer := httptest.NewRecorder()
		s.server.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, paths[route], nil))
		if answer.Code != statusOf(route) {
			t.Errorf("GET %s: status %d", paths[route], answer.Code)
		}
		t.Logf("%-40s %d queries", route, counter.Queries())
		if got := counter.Queries(); got != want {
			t.Errorf("GET %s: %d queries, want %d", paths[route], got, want)
		}
	}
}
