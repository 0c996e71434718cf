package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"counterclaim/internal/credential"
	"counterclaim/internal/store"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor, "new": store.RoleEditor})
	choose(t, s, "anna", aPassword)
	for _, try := range []struct{ name, password string }{
		{"anna", anotherPassword}, {"anna", ""}, {"anna", aPassword + " "}, {"nobody", aPassword}, {"", ""}, {"new", ""}, {"new", aPassword},
		{"anna\x00", aPassword}, {"anna\xff", aPassword}, {strings.Repeat("a", 1<<20), aPassword}, {"nobody", strings.Repeat("a", 1<<20)},
		{"anna' OR true --", aPassword},
	} {
		exec(t, pool, `DELETE FROM throttles`)
		if a, err := s.CheckPassword(t.Context(), try.name, try.password, nearAddr); !errors.Is(err, store.ErrWrong) {
			t.Errorf("%.20q with %.20q: %+v, %v, want ErrWrong", try.name, try.password, a, err)
		}
	}
	if a, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); err != nil || a.Name != "anna" || a.Role != store.RoleEditor {
		t.Errorf("the right one: %+v (%v)", a, err)
	}
	if err := s.SetPassword(t.Context(), "anna", "short"); !isWeak(err) {
		t.Errorf("a weak password: error = %v, want *Weak", err)
	}
	session, err := s.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetPassword(t.Context(), "anna", anotherPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); !errors.Is(err, store.ErrWrong) {
		t.Errorf("the old one: error = %v, want ErrWrong", err)
	}
	if _, err := s.Session(t.Context(), session); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session after a change of password: error = %v, want ErrNotFound", err)
	}
	if err := s.SetPassword(t.Context(), "nobody", aPassword); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's password: error = %v, want ErrNotFound", err)
	}
}

func isWeak(err error) bool {
	_, ok := errors.AsType[*credential.Weak](err)
	return ok
}

// A hash of older parameters is made anew when its password is next given.
func TestRehash(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	older := fmt.Sprintf("$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$%s",
		credentialBase64(argon2.IDKey([]byte(aPassword), []byte("saltsaltsaltsalt"), 2, 64, 1, 32)))
	exec(t, pool, `UPDATE accounts SET password_hash = '`+older+`'`)
	hash := func() string { return list(t, pool, `SELECT password_hash FROM accounts`)[0] }
	if _, err := s.CheckPassword(t.Context(), "anna", anotherPassword, nearAddr); !errors.Is(err, store.ErrWrong) || hash() != older {
		t.Errorf("a wrong password: %v, hash %s", err, hash())
	}
	if _, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); err != nil || !strings.HasPrefix(hash(), "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Errorf("the right one: %v, hash %s", err, hash())
	}
	if _, err := s.CheckPassword(t.Context(), "anna", aPassword, nearAddr); err != nil {
		t.Errorf("the right one again: %v", err)
	}
}

// after returns how long a throttled try has to wait, 0 for one that was not throttled.
func after(err error) time.Duration {
	if throttled, ok := errors.AsType[*store.Throttled](err); ok {
		return throttled.After
	}
	return 0
}

func TestLoginThrottle(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor, "ben": store.RoleEditor})
	choose(t, s, "anna", aPassword)
	try := func(name string, from netip.Addr, password string) error {
		_, err := s.CheckPassword(t.Context(), name, password, from)
		return err
	}
	for range 5 {
		if err := try("anna", nearAddr, "wrong"); !errors.Is(err, store.ErrWrong) {
			t.Fatalf("one of the first five: %v", err)
		}
	}
	// Another 40, also with the right password, are not looked at.
	for i := range 40 {
		err := try("anna", nearAddr, []string{"wrong", aPassword}[i%2])
		if wait := after(err); wait <= 2*time.Minute || wait > 3*time.Minute {
			t.Fatalf("try %d: %v, want to be told to wait three minutes", i+6, err)
		}
	}
	// Nobody else is shut out: anna elsewhere, and others here.
	if err := try("anna", farAddr, aPassword); err != nil {
		t.Errorf("from another address: %v", err)
	}
	if err := try("ben", nearAddr, "wrong"); !errors.Is(err, store.ErrWrong) {
		t.Errorf("another name: %v", err)
	}
	// After three minutes there is one more try, after a quarter of an hour there are five.
	earlier := func(by string) { exec(t, pool, `UPDATE throttles SET free_at = free_at - interval '`+by+`'`) }
	earlier("3 minutes")
	if err := try("anna", nearAddr, "wrong"); !errors.Is(err, store.ErrWrong) {
		t.Errorf("after three minutes: %v", err)
	}
	if err := try("anna", nearAddr, "wrong"); after(err) == 0 {
		t.Errorf("a second try after three minutes: %v, want too many", err)
	}
	earlier("15 minutes")
	for i := range 4 {
		if err := try("anna", nearAddr, "wrong"); !errors.Is(err, store.ErrWrong) {
			t.Errorf("after a quarter of an hour, try %d: %v", i+1, err)
		}
	}
	// The right one makes up for the wrong ones.
	if err := try("anna", nearAddr, aPassword); err != nil {
		t.Errorf("the right one: %v", err)
	}
	for range 5 {
		if err := try("anna", nearAddr, "wrong"); !errors.Is(err, store.ErrWrong) {
			t.Errorf("after the right one: %v", err)
		}
	}
}

// Who tries many names from one network meets the bound of the network: 100 an hour. The last 64 bits of an IPv6 address are
// its owner's own.
func TestAddressThrottle(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, nil)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.CheckPassword(gone, "anna", "x", nearAddr); !errors.Is(err, context.Canceled) {
		t.Errorf("of one who has gone: %v", err)
	}
	if _, err := s.CheckPassword(t.Context(), "name", "x", netip.MustParseAddr("2001:db8:1:2::1")); !errors.Is(err, store.ErrWrong) {
		t.Fatal(err)
	}
	exec(t, pool, `UPDATE throttles SET free_at = now() + 99 * interval '36 seconds'`) // as after 99 tries
	if _, err := s.CheckPassword(t.Context(), "other", "x", netip.MustParseAddr("2001:db8:1:2::2")); !errors.Is(err, store.ErrWrong) {
		t.Fatalf("the hundredth try: %v", err)
	}
	for _, from := range []string{"2001:db8:1:2::ffff", "2001:db8:1:2:3:4:5:6"} {
		if _, err := s.CheckPassword(t.Context(), "third", "x", netip.MustParseAddr(from)); after(err) == 0 {
			t.Errorf("from %s: %v, want too many", from, err)
		}
	}
	for _, from := range []string{"2001:db8:1:3::1", "192.0.2.1", "::ffff:192.0.2.2"} {
		if _, err := s.CheckPassword(t.Context(), "name", "x", netip.MustParseAddr(from)); !errors.Is(err, store.ErrWrong) {
			t.Errorf("from %s: %v, want ErrWrong", from, err)
		}
	}
	// An IPv4 address is the same in both of its forms, and what is not known is one network.
	for range 4 {
		_, _ = s.CheckPassword(t.Context(), "name", "x", netip.MustParseAddr("::ffff:192.0.2.1"))
	}
	if _, err := s.CheckPassword(t.Context(), "name", "x", netip.MustParseAddr("192.0.2.1")); after(err) == 0 {
		t.Errorf("an IPv4 address in two forms: %v, want too many", err)
	}
	if _, err := s.CheckPassword(t.Context(), "name", "x", netip.Addr{}); !errors.Is(err, store.ErrWrong) {
		t.Errorf("from nowhere: %v", err)
	}
	// What is over is cleared away, and no address was kept.
	exec(t, pool, `UPDATE throttles SET free_at = now() - interval '1 second'`)
	_, _ = s.CheckPassword(t.Context(), "name", "x", nearAddr)
	if got := list(t, pool, `SELECT count(*)::text FROM throttles`); got[0] != "2" {
		t.Errorf("%s throttles are kept, want 2", got[0])
	}
}

// Tries at once count as those one after the other do.
func TestThrottleRace(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for range 20 {
		wg.Go(func() {
			_, err := s.CheckPassword(t.Context(), "anna", "x", nearAddr)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, store.ErrWrong):
				looked++
			case after(err) == 0:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if looked != 5 {
		t.Errorf("%d of 20 tries at once were looked at, want 5", looked)
	}
}

func TestFinishLogin(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	secret, codes := setFactor(t, s, "anna", at)
	begin := func() string {
		token, err := s.BeginLogin(t.Context(), "anna")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	finish := func(token, code string) error {
		_, err := s.FinishLogin(t.Context(), token, code, "a test", at)
		return err
	}
	begun := begin()
	if err := finish(begun, codeAt(t, secret, at)); !errors.Is(err, store.ErrWrong) {
		t.Errorf("the code with which it was set up: %v, want ErrWrong, since it was used", err)
	}
	at = at.Add(time.Minute)
	login, err := s.FinishLogin(t.Context(), begun, codeAt(t, secret, at), "a test", at)
	if err != nil || login.Account.Name != "anna" || login.Recovery {
		t.Fatalf("the right code: %+v (%v)", login, err)
	}
	if a, err := s.Session(t.Context(), login.Session); err != nil || a.Name != "anna" {
		t.Errorf("the session is of %+v (%v)", a, err)
	}
	if err := finish(begun, codeAt(t, secret, at.Add(30*time.Second))); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the login finished again: %v, want ErrNotFound", err)
	}
	begun = begin()
	if err := finish(begun, codeAt(t, secret, at)); !errors.Is(err, store.ErrWrong) {
		t.Errorf("the code a second time: %v, want ErrWrong", err)
	}
	if err := finish(begun, "x\x00\xff"); !errors.Is(err, store.ErrWrong) {
		t.Errorf("a code of no sense: %v, want ErrWrong", err)
	}
	login, err = s.FinishLogin(t.Context(), begun, strings.ToUpper(codes[3]), "a test", at)
	if err != nil || !login.Recovery {
		t.Errorf("a recovery code: %+v (%v)", login, err)
	}
	begun = begin()
	if err := finish(begun, codes[3]); !errors.Is(err, store.ErrWrong) {
		t.Errorf("the recovery code a second time: %v, want ErrWrong", err)
	}
	if n, err := s.RecoveryCodesLeft(t.Context(), "anna"); err != nil || n != 9 {
		t.Errorf("%d recovery codes left (%v), want 9", n, err)
	}
	renewed, err := s.RenewRecoveryCodes(t.Context(), "anna")
	if err != nil || len(renewed) != 10 {
		t.Fatalf("%d new codes (%v)", len(renewed), err)
	}
	if err := finish(begun, codes[4]); !errors.Is(err, store.ErrWrong) {
		t.Errorf("a recovery code of before: %v, want ErrWrong", err)
	}
	exec(t, pool, `UPDATE logins SET began_at = now() - interval '5 minutes 1 second'`)
	if err := finish(begun, renewed[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after five minutes: %v, want ErrNotFound", err)
	}
	if err := finish("", renewed[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("without a login: %v, want ErrNotFound", err)
	}
}

// Codes are counted by account, wherever they come from: only who has the password may try one.
func TestCodeThrottle(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	now := time.Now()
	_, codes := setFactor(t, s, "anna", now)
	finish := func(code string) error {
		begun, err := s.BeginLogin(t.Context(), "anna")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.FinishLogin(t.Context(), begun, code, "a test", now)
		return err
	}
	for i := range 10 {
		if err := finish(codes[0][:28] + "!"); !errors.Is(err, store.ErrWrong) {
			t.Fatalf("try %d: %v, want ErrWrong", i+1, err)
		}
	}
	if err := finish(codes[0]); after(err) == 0 {
		t.Errorf("the eleventh: %v, want too many", err)
	}
}

// One code lets one in, however often it is sent at once.
func TestFinishLoginRace(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	secret, _ := setFactor(t, s, "anna", at)
	at = at.Add(time.Minute)
	code := codeAt(t, secret, at)
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for range 8 {
		begun, err := s.BeginLogin(t.Context(), "anna")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			_, err := s.FinishLogin(t.Context(), begun, code, "a test", at)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				in++
			case !errors.Is(err, store.ErrWrong):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("one code let in %d times", in)
	}
}

func TestFactor(t *testing.T) {
	t.Parallel()
	s, _ := accounts(t, map[string]store.Role{"anna": store.RoleEditor})
	now := time.Now()
	if _, err := s.ConfirmFactor(t.Context(), "anna", "123456", now); !errors.Is(err, store.ErrWrong) {
		t.Errorf("before it was begun: %v, want ErrWrong", err)
	}
	if _, err := s.RenewRecoveryCodes(t.Context(), "anna"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("recovery codes for no second factor: %v, want ErrInvalid", err)
	}
	session, err := s.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	first, _ := setFactor(t, s, "anna", now)
	if _, err := s.Session(t.Context(), session); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session after the second factor was set up: %v, want ErrNotFound", err)
	}
	// Until another one is confirmed the first stays.
	if err := s.BeginFactor(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ConfirmFactor(t.Context(), "anna", codeAt(t, first, now), now); !errors.Is(err, store.ErrWrong) {
		t.Errorf("a code of the first: %v, want ErrWrong", err)
	}
	begun, err := s.BeginLogin(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	at := now.Add(time.Minute)
	if _, err := s.FinishLogin(t.Context(), begun, codeAt(t, first, at), "a test", at); err != nil {
		t.Errorf("the first, while another was begun: %v", err)
	}
	if secret, err := s.PendingFactor(t.Context(), "anna"); err != nil || secret == first || len(secret) != 32 {
		t.Errorf("begun is %q (%v)", secret, err)
	}
	for what, err := range map[string]error{
		"begin": s.BeginFactor(t.Context(), "nobody"),
		"shown": func() error { _, err := s.PendingFactor(t.Context(), "nobody"); return err }(),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nobody's, %s: %v, want ErrNotFound", what, err)
		}
	}
}
