package store_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pquerna/otp/totp"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// Passwords of tests, neither of which is guessed early.
const (
	aPassword       = "kettle moss 7 ladle"
	anotherPassword = "plum gravel 4 thimble"
)

// nearAddr and farAddr are two addresses.
var (
	nearAddr = netip.MustParseAddr("192.0.2.1")
	farAddr  = netip.MustParseAddr("192.0.2.2")
)

// accounts returns a store with the accounts of the given names and roles, and connections as its superuser.
func accounts(t *testing.T, roles map[string]store.Role) (*store.Store, *pgxpool.Pool) {
	t.Helper()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	for name, role := range roles {
		if err := s.AddAccount(t.Context(), name, role, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return s, storetest.Pool(t, db.URL)
}

// choose gives an account a password by a link.
func choose(t *testing.T, s *store.Store, name, password string) {
	t.Helper()
	token, err := s.MakeLink(t.Context(), name, false, "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UseLink(t.Context(), token, password, nearAddr); err != nil {
		t.Fatal(err)
	}
}

// setFactor sets up a second factor at a time and returns its secret and the recovery codes.
func setFactor(t *testing.T, s *store.Store, name string, at time.Time) (secret string, codes []string) {
	t.Helper()
	if err := s.BeginFactor(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	secret, err := s.PendingFactor(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	codes, err = s.ConfirmFactor(t.Context(), name, codeAt(t, secret, at), at)
	if err != nil {
		t.Fatal(err)
	}
	return secret, codes
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// trail returns what the audit log says of accounts: actor, account, action, why.
func trail(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	return list(t, pool, `SELECT concat_ws(' | ', actor, key, action, nullif(why, '')) FROM audit_log WHERE kind = 'account' ORDER BY id`)
}

func TestAddAccount(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleAdmin})
	for name, want := range map[string]error{
		"anna": store.ErrConflict, "a": store.ErrInvalid, "Anna": store.ErrInvalid, "anna larkin": store.ErrInvalid, "-anna": store.ErrInvalid,
		"anna.": store.ErrInvalid, "": store.ErrInvalid, strings.Repeat("a", 41): store.ErrInvalid, "аnna": store.ErrInvalid,
		"anna\x00": store.ErrBadText, "anna\xff": store.ErrBadText, "command line": store.ErrInvalid,
		"ben.o-2": nil, strings.Repeat("a", 40): nil,
	} {
		if err := s.AddAccount(t.Context(), name, store.RoleEditor, "test"); !errors.Is(err, want) {
			t.Errorf("an account %q: error = %v, want %v", name, err, want)
		}
		if good := want == nil || errors.Is(want, store.ErrConflict); store.IsAccountName(name) != good {
			t.Errorf("IsAccountName(%q) = %v, want %v", name, !good, good)
		}
	}
	if err := s.AddAccount(t.Context(), "carl", "owner", "test"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("an account of no role: error = %v, want ErrInvalid", err)
	}
	all, err := s.Accounts(t.Context())
	if err != nil || len(all) != 3 || all[1] != (store.Account{Name: "anna", Role: store.RoleAdmin, LetterKeys: true}) {
		t.Errorf("accounts are %+v (%v)", all, err)
	}
	if got := trail(t, pool); len(got) != 3 || got[0] != "test | anna | create" {
		t.Errorf("the log says %q", got)
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for i, r := range store.AccountRoles {
		for j, least := range store.AccountRoles {
			if got, want := r.May(least), i >= j; got != want {
				t.Errorf("%s may what is for %s: %v, want %v", r, least, got, want)
			}
		}
		if r.May("owner") || store.Role("").May(r) {
			t.Errorf("%s: what is no role may, or is open to all", r)
		}
		if got, want := (store.Account{Role: r}).LacksFactor(), i >= 2; got != want {
			t.Errorf("%s lacks a second factor: %v, want %v", r, got, want)
		}
		if (store.Account{Role: r, HasFactor: true}).LacksFactor() {
			t.Errorf("%s lacks the second factor that it has", r)
		}
	}
}

func TestDisableAccount(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleReader, "boss": store.RoleAdmin})
	choose(t, s, "anna", aPassword)
	session, err := s.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.MakeToken(t.Context(), "anna", "import", 30)
	if err != nil {
		t.Fatal(err)
	}
	begun, err := s.BeginLogin(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.MakeLink(t.Context(), "anna", false, "boss")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DisableAccount(t.Context(), "anna", "boss"); err != nil {
		t.Fatal(err)
	}
	for what, ask := range map[string]func() error{
		"session": func() error { _, err := s.Session(t.Context(), session); return err },
		"token":   func() error { _, err := s.TokenAccount(t.Context(), token); return err },
		"login":   func() error { _, err := s.LoginAccount(t.Context(), begun); return err },
		"link":    func() error { _, err := s.LinkAccount(t.Context(), link); return err },
	} {
		if err := ask(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of a disabled account: error = %v, want ErrNotFound", what, err)
		}
	}
	if a, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); !errors.Is(err, store.ErrWrong) {
		t.Errorf("the password of a disabled account: %+v, %v, want ErrWrong", a, err)
	}
	for what, begin := range map[string]func() error{
		"session": func() error { _, err := s.StartSession(t.Context(), "anna", "a test"); return err },
		"login":   func() error { _, err := s.BeginLogin(t.Context(), "anna"); return err },
	} {
		if err := begin(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a new %s of a disabled account: error = %v, want ErrNotFound", what, err)
		}
	}
	if _, err := s.MakeLink(t.Context(), "anna", false, "boss"); !errors.Is(err, store.ErrDisabled) {
		t.Errorf("a link for a disabled account: error = %v, want ErrDisabled", err)
	}
	if err := s.EnableAccount(t.Context(), "anna", "boss"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); err != nil {
		t.Errorf("the password after it is enabled again: %v", err)
	}
	if _, err := s.Session(t.Context(), session); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the session of before: error = %v, want ErrNotFound", err)
	}
	if got := trail(t, pool); !slices.Contains(got, "boss | anna | change") {
		t.Errorf("the log says %q", got)
	}
	if err := s.DisableAccount(t.Context(), "nobody", "boss"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("disabling nobody: error = %v, want ErrNotFound", err)
	}
}

func TestLastAdmin(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleAdmin, "ben": store.RoleAdmin, "carl": store.RoleEditor})
	if err := s.SetRole(t.Context(), "ben", store.RoleEditor, "anna"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRole(t.Context(), "anna", store.RoleReviewer, "anna"); !errors.Is(err, store.ErrLastAdmin) {
		t.Errorf("the last admin's role: error = %v, want ErrLastAdmin", err)
	}
	if err := s.DisableAccount(t.Context(), "anna", "anna"); !errors.Is(err, store.ErrLastAdmin) {
		t.Errorf("the last admin disabled: error = %v, want ErrLastAdmin", err)
	}
	if err := s.SetRole(t.Context(), "anna", store.RoleAdmin, "anna"); err != nil {
		t.Errorf("the last admin stays admin: %v", err)
	}
	if err := s.DisableAccount(t.Context(), "carl", "anna"); err != nil {
		t.Errorf("an editor disabled: %v", err)
	}
	if err := s.SetRole(t.Context(), "ben", store.RoleAdmin, "anna"); err != nil {
		t.Fatal(err)
	}
	if err := s.DisableAccount(t.Context(), "ben", "anna"); err != nil {
		t.Fatal(err)
	}
	// A disabled admin does not count.
	if err := s.DisableAccount(t.Context(), "anna", "anna"); !errors.Is(err, store.ErrLastAdmin) {
		t.Errorf("beside a disabled admin: error = %v, want ErrLastAdmin", err)
	}
	if err := s.SetRole(t.Context(), "anna", "owner", "anna"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("no role: error = %v, want ErrInvalid", err)
	}
}

// Two admins who take each other's role at the same time do not both succeed.
func TestLastAdminRace(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleAdmin, "ben": store.RoleAdmin})
	for range 10 {
		var wg sync.WaitGroup
		results := make([]error, 2)
		wg.Go(func() { results[0] = s.SetRole(t.Context(), "anna", store.RoleEditor, "ben") })
		wg.Go(func() { results[1] = s.DisableAccount(t.Context(), "ben", "anna") })
		wg.Wait()
		if !errors.Is(errors.Join(results...), store.ErrLastAdmin) || results[0] != nil && results[1] != nil {
			t.Fatalf("both at once: %v, want one ErrLastAdmin", results)
		}
		if err := s.EnableAccount(t.Context(), "ben", "test"); err != nil {
			t.Fatal(err)
		}
		if err := s.SetRole(t.Context(), "anna", store.RoleAdmin, "test"); err != nil {
			t.Fatal(err)
		}
	}
}

// Another role ends all sessions, so that it is in force at once.
func TestSetRoleEndsSessions(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleReader})
	session, err := s.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetRole(t.Context(), "anna", store.RoleReader, "boss"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(t.Context(), session); err != nil {
		t.Errorf("the same role has ended a session: %v", err)
	}
	if err := s.SetRole(t.Context(), "anna", store.RoleContributor, "boss"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(t.Context(), session); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session after a change of role: error = %v, want ErrNotFound", err)
	}
}

func TestAccountRows(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor, "ben": store.RoleReader})
	if _, err := s.MakeLink(t.Context(), "anna", false, "test"); err != nil {
		t.Fatal(err)
	}
	choose(t, s, "ben", aPassword)
	if _, err := s.StartSession(t.Context(), "ben", "a test"); err != nil {
		t.Fatal(err)
	}
	rows, more, err := s.AccountRows(t.Context(), "")
	if err != nil || more || len(rows) != 2 {
		t.Fatalf("rows %+v, more %v (%v)", rows, more, err)
	}
	if a := rows[0]; a.Name != "anna" || a.HasPassword || a.LinkUntil == nil || time.Until(*a.LinkUntil) < 71*time.Hour || a.SeenAt != nil {
		t.Errorf("anna's row is %+v", a)
	}
	if b := rows[1]; b.Name != "ben" || !b.HasPassword || b.LinkUntil != nil || b.SeenAt == nil {
		t.Errorf("ben's row is %+v", b)
	}
	if row, err := s.AccountRow(t.Context(), "ben"); err != nil || row.Name != "ben" || !row.HasPassword {
		t.Errorf("ben's row alone is %+v (%v)", row, err)
	}
	if _, err := s.AccountRow(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's row: error = %v, want ErrNotFound", err)
	}
	exec(t, pool, `INSERT INTO accounts (name, role) SELECT 'x' || i, 'reader' FROM generate_series(1000, 1100) AS i`)
	rows, more, err = s.AccountRows(t.Context(), "")
	if err != nil || !more || len(rows) != 100 {
		t.Fatalf("%d rows, more %v (%v), want 100, true", len(rows), more, err)
	}
	rows, more, err = s.AccountRows(t.Context(), rows[99].Name)
	if err != nil || more || len(rows) != 3 {
		t.Errorf("then %d rows, more %v (%v), want 3, false", len(rows), more, err)
	}
}

func TestSetLetterKeys(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleReader})
	session, err := s.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	for _, on := range []bool{false, true} {
		if err := s.SetLetterKeys(t.Context(), "anna", on); err != nil {
			t.Fatal(err)
		}
		if a, err := s.Session(t.Context(), session); err != nil || a.LetterKeys != on {
			t.Errorf("letter keys are %v (%v), want %v", a.LetterKeys, err, on)
		}
	}
}

// The audit log tells what was done with accounts, and nothing that one can log in with.
func TestAccountTrail(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleContributor})
	choose(t, s, "anna", aPassword)
	secret, codes := setFactor(t, s, "anna", time.Now())
	if err := s.SetPassword(t.Context(), "anna", anotherPassword); err != nil {
		t.Fatal(err)
	}
	begun, err := s.BeginLogin(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.FinishLogin(t.Context(), begun, codes[0], "a test", time.Now()); err != nil {
		t.Fatal(err)
	}
	token, err := s.MakeToken(t.Context(), "anna", "import", 30)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndSessions(t.Context(), "anna", "", "boss"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"test | anna | create", "test | anna | change | link made to choose a password", "anna | anna | change | link used to choose a password",
		"anna | anna | change | second factor set up", "anna | anna | change | password changed",
		"anna | anna | change | recovery code used to log in", "anna | anna | change | token for a program made: import",
		"boss | anna | change | sessions ended",
	}
	if got := trail(t, pool); !slices.Equal(got, want) {
		t.Errorf("the log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	everything := strings.Join(list(t, pool, `SELECT a::text FROM audit_log a`), "\n")
	everything += strings.Join(list(t, pool, `SELECT concat(s::text, t::text, l::text) FROM sessions s, account_tokens t, logins l`), "\n")
	for _, hidden := range []string{aPassword, anotherPassword, secret, codes[0], codes[1], token, "argon2id"} {
		if strings.Contains(everything, hidden) {
			t.Errorf("%q is kept as it is", hidden)
		}
	}
}
