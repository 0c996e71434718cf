package credential_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"

	"counterclaim/internal/credential"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		password string
		want     string // in the message, "" for a password that may be chosen
	}{
		{"", "shorter"},
		{"fourteen chars", "shorter"},
		{strings.Repeat("é", 14), "shorter"},
		{strings.Repeat("e\u0301", 14), "shorter"}, // 28 code points, 14 letters
		{"kettle moss 7 ladle", ""},
		{"xo8Wq2mvTz-Lk4b", ""},
		{"kettle moss ladle plum " + randomLooking[:177], ""},
		{"kettle moss ladle plum " + randomLooking[:178], "longer"},
		{"пыльный чайник на мху", ""},
		{"kettle\nmoss ladle", "control"},
		{"kettle\x00moss ladle", "control"},
		{"kettle moss ladle\xff", "UTF-8"},

		{"aaaaaaaaaaaaaaa", "guessed first"},
		{"abababababababab", "guessed first"},
		{"passwordpassword", "guessed first"},
		{"P@ssw0rd12345678", "guessed first"},
		{"123456789012345", "guessed first"},
		{"987654321098765", "guessed first"},
		{"qwertyuiopasdfgh", "guessed first"},
		{"йцукенгшщзхъфывапр", "guessed first"},
		{"abcdefghijklmnop", "guessed first"},
		{"ILoveYouForever1", "guessed first"},
		{"Summer2024Winter", "guessed first"},
		{"counterclaim2026", "guessed first"},
		{"correct horse battery staple", "guessed first"},
		{"anna.larkin-2026", "guessed first"},
		{"Larkin Anna Larkin", "guessed first"},
	} {
		err := credential.CheckPassword(test.password, "anna.larkin")
		weak, isWeak := errors.AsType[*credential.Weak](err)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q is refused: %v", test.password, err)
		case test.want != "" && (!isWeak || !strings.Contains(weak.Message, test.want)):
			t.Errorf("%q: error = %v, want one that says %q", test.password, err, test.want)
		}
	}
}

// randomLooking is text with no pattern in it.
const randomLooking = "g7Rf-xW2u9Qk_zB4m8Vt+Ly3c6Jd=Hn5p1Ns~Ge0a%Xo2i7Uw,Kq9h4Zb;Mf6v1Rt:Pc3l8Yj?Sd5e0Ng<Bx7w2Ho>Qa4k9Uz(Vi6m1Cf)Lr3t8Jp[Wy5b0Es]Dn7g2Kx{Oq4h9Mz}Ua6c1Rv|Tf3l8Pi^Bj5w0Yd&Gs7e2Nk*Hx4o9Qm!Zu6a1Vc#Lt3r8Fp"

func TestHashPassword(t *testing.T) {
	t.Parallel()
	const password = "kettle moss 7 ladle é"
	hash, err := credential.HashPassword(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Errorf("hash = %s, want one of Argon2id with the parameters of today", hash)
	}
	again, err := credential.HashPassword(t.Context(), password)
	if err != nil || again == hash {
		t.Errorf("a second hash is %s (%v), want another one", again, err)
	}
	for typed, want := range map[string]bool{
		password:                         true,
		"kettle moss 7 ladle e\u0301":    true, // the same in another normal form
		"kettle moss 7 ladle e":          false,
		"kettle moss 7 ladle é ":         false, // as received: nothing is trimmed
		"Kettle moss 7 ladle é":          false,
		"":                               false,
		strings.Repeat("x", 1<<20):       false,
		"kettle moss 7 ladle \u00e9\x00": false,
	} {
		ok, outdated, err := credential.VerifyPassword(t.Context(), hash, typed)
		if ok != want || outdated || err != nil {
			t.Errorf("%.30q is right: %v, outdated: %v (%v), want %v, false", typed, ok, outdated, err, want)
		}
	}
}

func TestVerifyPasswordOfOther(t *testing.T) {
	t.Parallel()
	key := argon2.IDKey([]byte("a"), []byte("saltsaltsaltsalt"), 2, 64, 1, 32)
	older := "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + base64(key)
	if ok, outdated, err := credential.VerifyPassword(t.Context(), older, "a"); !ok || !outdated || err != nil {
		t.Errorf("a hash of older parameters: right %v, outdated %v (%v), want true, true", ok, outdated, err)
	}
	if ok, outdated, err := credential.VerifyPassword(t.Context(), older, "b"); ok || outdated || err != nil {
		t.Errorf("a wrong password for it: right %v, outdated %v (%v), want false, false", ok, outdated, err)
	}
	if ok, _, err := credential.VerifyPassword(t.Context(), "", "a"); ok || err != nil {
		t.Errorf("without a hash: right %v (%v), want false", ok, err)
	}
	for _, hash := range []string{
		"a", "$2b$12$abc", "$argon2id$v=19$m=1,t=1,p=1$*$*", "$argon2id$v=18$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + base64(key),
		"$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + base64(key), "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + base64(key),
	} {
		if ok, _, err := credential.VerifyPassword(t.Context(), hash, "a"); ok || err == nil {
			t.Errorf("hash %s: right %v (%v), want an error", hash, ok, err)
		}
	}
}

// Whoever has gone is not waited for, and many at once are hashed one after the other.
func TestHashingIsBounded(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := credential.HashPassword(t.Context(), "kettle moss 7 ladle"); err != nil {
				t.Error(err)
			}
			if _, err := credential.HashPassword(gone, "kettle moss 7 ladle"); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
