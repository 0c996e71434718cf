package store_test

import (
	"errors"
	"testing"
	"time"

	"counterclaim/internal/credential"
	"counterclaim/internal/store"
)

func TestLink(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	link := func(drops bool) string {
		token, err := s.MakeLink(t.Context(), "anna", drops, "boss")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	first, second := link(false), link(false)
	if _, err := s.UseLink(t.Context(), first, aPassword, nearAddr); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a link that a newer one has ended: error = %v, want ErrNotFound", err)
	}
	var weak *credential.Weak
	if _, err := s.UseLink(t.Context(), second, "anna anna anna anna", nearAddr); !errors.As(err, &weak) {
		t.Errorf("a weak password: error = %v, want *Weak", err)
	}
	if a, err := s.LinkAccount(t.Context(), second); err != nil || a.Name != "anna" {
		t.Errorf("after a weak password the link is of %q (%v), want anna's still", a.Name, err)
	}
	if a, err := s.UseLink(t.Context(), second, aPassword, nearAddr); err != nil || a.Name != "anna" {
		t.Fatalf("the link's use: %+v (%v)", a, err)
	}
	if _, err := s.UseLink(t.Context(), second, anotherPassword, nearAddr); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the link used again: error = %v, want ErrNotFound", err)
	}
	if a, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); err != nil || a.Name != "anna" {
		t.Errorf("the password chosen is not right: %+v (%v)", a, err)
	}

	third := link(false)
	exec(t, pool, `UPDATE account_links SET made_at = now() - interval '72 hours 1 second'`)
	if _, err := s.LinkAccount(t.Context(), third); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a link after 72 hours: error = %v, want ErrNotFound", err)
	}
	if _, err := s.UseLink(t.Context(), third, anotherPassword, nearAddr); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its use: error = %v, want ErrNotFound", err)
	}
	if _, err := s.MakeLink(t.Context(), "nobody", false, "boss"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a link of nobody: error = %v, want ErrNotFound", err)
	}
	if got := list(t, pool, `SELECT count(*)::text FROM account_links WHERE token_sha256 = convert_to($1, 'UTF8')`, third); got[0] != "0" {
		t.Error("a link's token is kept as it is")
	}
}

// A link that is made because everything was lost takes the second factor away; another leaves it. Both end what was open.
func TestLinkEndsWhatWasOpen(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	choose(t, s, "anna", aPassword)
	for _, drops := range []bool{false, true} {
		setFactor(t, s, "anna", time.Now())
		session, err := s.StartSession(t.Context(), "anna", "a test")
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.MakeToken(t.Context(), "anna", "import", 30)
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.MakeLink(t.Context(), "anna", drops, "boss")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Session(t.Context(), session); err != nil {
			t.Errorf("the making of a link has ended a session: %v", err)
		}
		a, err := s.UseLink(t.Context(), link, anotherPassword, nearAddr)
		if err != nil || a.HasFactor == drops {
			t.Errorf("drops %v: account %+v (%v)", drops, a, err)
		}
		if _, err := s.Session(t.Context(), session); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a session after the link's use: error = %v, want ErrNotFound", err)
		}
		if _, err := s.TokenAccount(t.Context(), token); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a token after the link's use: error = %v, want ErrNotFound", err)
		}
		want := 10
		if drops {
			want = 0
		}
		if n, err := s.RecoveryCodesLeft(t.Context(), "anna"); err != nil || n != want {
			t.Errorf("drops %v: %d recovery codes left (%v), want %d", drops, n, err, want)
		}
	}
}
