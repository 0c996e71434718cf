package store_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/store"
)

func credentialBase64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

func TestSession(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	start := func() string {
		token, err := s.StartSession(t.Context(), "anna", "Firefox on Linux")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	isLive := func(token string) bool {
		a, err := s.Session(t.Context(), token)
		if err != nil && !errors.Is(err, store.ErrNotFound) || err == nil && a.Name != "anna" {
			t.Errorf("session of %+v (%v)", a, err)
		}
		return err == nil
	}
	for name, test := range map[string]struct {
		sql  string
		want bool
	}{
		"not used for nearly 12 hours": {`UPDATE sessions SET seen_at = now() - interval '11 hours 59 minutes'`, true},
		"not used for 12 hours":        {`UPDATE sessions SET seen_at = now() - interval '12 hours 1 second'`, false},
		"nearly 14 days old":           {`UPDATE sessions SET started_at = now() - interval '13 days 23 hours'`, true},
		"14 days old":                  {`UPDATE sessions SET started_at = now() - interval '14 days 1 second'`, false},
	} {
		token := start()
		exec(t, pool, test.sql)
		if got := isLive(token); got != test.want {
			t.Errorf("%s: live %v, want %v", name, got, test.want)
		}
	}
	// The next one takes away what was over for days.
	exec(t, pool, `UPDATE sessions SET seen_at = now() - interval '3 days 1 second'`)
	start()
	if got := list(t, pool, `SELECT count(*)::text FROM sessions WHERE seen_at < now() - interval '3 days'`); got[0] != "0" {
		t.Errorf("%s sessions are kept that are over", got[0])
	}
	token := start()
	if err := s.EndSession(t.Context(), token); err != nil || isLive(token) {
		t.Errorf("an ended session is live (%v)", err)
	}
	if err := s.EndSession(t.Context(), "none"); err != nil {
		t.Errorf("the end of no session: %v", err)
	}
	if isLive("") || isLive(strings.Repeat("a", 43)) {
		t.Error("a token of no session is one")
	}
}

// Use is noted once a minute.
func TestSessionSeen(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	token, err := s.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	seen := func() time.Time {
		rows, err := s.Sessions(t.Context(), "anna")
		if err != nil || len(rows) != 1 {
			t.Fatalf("sessions %+v (%v)", rows, err)
		}
		if _, err := s.Session(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		return rows[0].SeenAt
	}
	exec(t, pool, `UPDATE sessions SET seen_at = now() - interval '50 seconds'`)
	if first, second := seen(), seen(); !first.Equal(second) {
		t.Error("its use is noted within a minute")
	}
	exec(t, pool, `UPDATE sessions SET seen_at = now() - interval '70 seconds'`)
	if first, second := seen(), seen(); second.Sub(first) < time.Minute {
		t.Error("its use is not noted after a minute")
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleEditor, "ben": store.RoleEditor})
	var tokens []string
	for _, name := range []string{"anna", "anna", "anna", "ben"} {
		token, err := s.StartSession(t.Context(), name, "of "+name)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	ids := func(name string) (list []string) {
		rows, err := s.Sessions(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.Device != "of "+name || row.StartedAt.IsZero() {
				t.Errorf("row %+v", row)
			}
			list = append(list, row.ID)
		}
		return list
	}
	if got := ids("anna"); len(got) != 3 {
		t.Errorf("anna has sessions %v", got)
	}
	for name, id := range map[string]string{"anna": store.SessionID(tokens[3]), "ben": "zz", "nobody": store.SessionID(tokens[3])} {
		if err := s.EndSessionOf(t.Context(), name, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s ends session %s: error = %v, want ErrNotFound", name, id, err)
		}
	}
	if err := s.EndSessionOf(t.Context(), "anna", store.SessionID(tokens[0])); err != nil {
		t.Error(err)
	}
	if err := s.EndSessions(t.Context(), "anna", tokens[1], "anna"); err != nil {
		t.Error(err)
	}
	if got := ids("anna"); len(got) != 1 || got[0] != store.SessionID(tokens[1]) {
		t.Errorf("anna has sessions %v, want the one that was kept", got)
	}
	if err := s.EndSessions(t.Context(), "anna", "", "boss"); err != nil {
		t.Error(err)
	}
	if got := ids("anna"); len(got) != 0 {
		t.Errorf("anna has sessions %v, want none", got)
	}
	if got := ids("ben"); len(got) != 1 {
		t.Errorf("ben has sessions %v, want his own", got)
	}
	if err := s.EndSessions(t.Context(), "nobody", "", "boss"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's sessions: error = %v, want ErrNotFound", err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleContributor, "ben": store.RoleContributor})
	token, err := s.MakeToken(t.Context(), "anna", "import", 30)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := s.TokenAccount(t.Context(), token); err != nil || a.Name != "anna" || a.Role != store.RoleContributor {
		t.Errorf("the token is of %+v (%v)", a, err)
	}
	list, err := s.Tokens(t.Context(), "anna")
	if err != nil || len(list) != 1 || list[0].Name != "import" || list[0].UsedAt == nil || time.Until(list[0].ExpiresAt) < 29*24*time.Hour {
		t.Fatalf("tokens %+v (%v)", list, err)
	}
	if err := s.EndToken(t.Context(), "ben", list[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("ben ends anna's: error = %v, want ErrNotFound", err)
	}
	// An account that needs a second factor and has none speaks through no program.
	if err := s.SetRole(t.Context(), "anna", store.RoleEditor, "boss"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TokenAccount(t.Context(), token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of an editor without second factor: error = %v, want ErrNotFound", err)
	}
	setFactor(t, s, "anna", time.Now())
	if a, err := s.TokenAccount(t.Context(), token); err != nil || a.Role != store.RoleEditor {
		t.Errorf("the token is of %+v (%v)", a, err)
	}
	exec(t, pool, `UPDATE account_tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'`)
	if _, err := s.TokenAccount(t.Context(), token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an expired one: error = %v, want ErrNotFound", err)
	}
	if err := s.EndToken(t.Context(), "anna", list[0].ID); err != nil {
		t.Error(err)
	}
	for name, days := range map[string]int{"": 30, strings.Repeat("a", 61): 30, "never": 0} {
		if _, err := s.MakeToken(t.Context(), "anna", name, days); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("a token %.5q for %d days: error = %v, want ErrInvalid", name, days, err)
		}
	}
	if _, err := s.MakeToken(t.Context(), "anna", "a\x00b", 30); !errors.Is(err, store.ErrBadText) {
		t.Errorf("a name with NUL: error = %v, want ErrBadText", err)
	}
	for range 20 {
		if _, err := s.MakeToken(t.Context(), "anna", "one of many", 30); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.MakeToken(t.Context(), "anna", "one more", 30); !errors.Is(err, store.ErrManyTokens) {
		t.Errorf("the twenty-first: error = %v, want ErrManyTokens", err)
	}
}
