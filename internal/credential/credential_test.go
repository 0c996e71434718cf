package credential_test

import (
	"bytes"
	stdbase64 "encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"counterclaim/internal/credential"
)

func base64(b []byte) string { return stdbase64.RawStdEncoding.EncodeToString(b) }

func TestToken(t *testing.T) {
	t.Parallel()
	a, b := credential.NewToken(), credential.NewToken()
	if raw, err := stdbase64.RawURLEncoding.DecodeString(a); err != nil || len(raw) != 32 || a == b {
		t.Errorf("tokens %s and %s: want two of 32 bytes (%v)", a, b, err)
	}
	if bytes.Equal(credential.TokenHash(a), credential.TokenHash(b)) || len(credential.TokenHash(a)) != 32 {
		t.Error("two tokens have one hash, or not one of 32 bytes")
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes := credential.NewRecoveryCodes()
	if len(codes) != 10 {
		t.Fatalf("%d codes, want 10", len(codes))
	}
	seen := map[string]bool{}
	for _, code := range codes {
		hash, ok := credential.RecoveryHash(code)
		if len(code) != 24+5 || !ok || seen[string(hash)] {
			t.Errorf("code %s is no new one of six groups of four", code)
		}
		seen[string(hash)] = true
		for _, typed := range []string{strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + " "} {
			if other, ok := credential.RecoveryHash(typed); !ok || !bytes.Equal(hash, other) {
				t.Errorf("typed as %q it is another one", typed)
			}
		}
	}
	for _, typed := range []string{"", "123456", codes[0][:28], codes[0] + "a", strings.Replace(codes[0], codes[0][:1], "1", 1), "\x00\xff"} {
		if _, ok := credential.RecoveryHash(typed); ok {
			t.Errorf("%q is taken for a recovery code", typed)
		}
	}
}

func TestFactorStep(t *testing.T) {
	t.Parallel()
	secret := credential.NewFactor()
	if len(secret) != 32 || secret == credential.NewFactor() {
		t.Fatalf("secret %s: want a new one of 32 characters", secret)
	}
	now := time.Date(2026, 3, 1, 12, 0, 10, 0, time.UTC)
	step := now.Unix() / 30
	code := func(at time.Time) string {
		c, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, test := range map[string]struct {
		code string
		last int64
		want int64 // 0 for none
	}{
		"now":            {code(now), 0, step},
		"in groups":      {code(now)[:3] + " " + code(now)[3:], 0, step},
		"one step late":  {code(now.Add(-30 * time.Second)), 0, step - 1},
		"one step early": {code(now.Add(30 * time.Second)), 0, step + 1},
		"two steps late": {code(now.Add(-60 * time.Second)), 0, 0},
		"two early":      {code(now.Add(60 * time.Second)), 0, 0},
		"used":           {code(now), step, 0},
		"before the one": {code(now.Add(-30 * time.Second)), step, 0},
		"after the one":  {code(now.Add(30 * time.Second)), step, step + 1},
		"too short":      {code(now)[:5], 0, 0},
		"empty":          {"", 0, 0},
		"letters":        {"abcdef", 0, 0},
	} {
		got, ok := credential.FactorStep(secret, test.code, now, test.last)
		if got != test.want || ok != (test.want != 0) {
			t.Errorf("%s: step %d, %v, want %d", name, got, ok, test.want)
		}
	}
	if _, ok := credential.FactorStep("", code(now), now, 0); ok {
		t.Error("without a secret a code is taken")
	}
}

// The test values of RFC 6238, appendix B, cut to six digits.
func TestFactorStepByRFC(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for seconds, code := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if step, ok := credential.FactorStep(secret, code, time.Unix(seconds, 0), 0); !ok || step != seconds/30 {
			t.Errorf("at %d code %s is of step %d, %v, want %d", seconds, code, step, ok, seconds/30)
		}
	}
}

func TestFactorPicture(t *testing.T) {
	t.Parallel()
	p, err := credential.FactorPicture("anna", credential.NewFactor())
	if err != nil {
		t.Fatal(err)
	}
	// The first finder pattern stands in the corner, inside the edge.
	if p.Size < 21+8 || !strings.HasPrefix(p.Path, "M4 4h1v1h-1zM5 4h1v1h-1z") {
		t.Errorf("picture of size %d begins with %.40s", p.Size, p.Path)
	}
	if _, err := credential.FactorPicture("anna", "not base 32!"); err == nil {
		t.Error("a picture of no secret")
	}
	if got := credential.FactorText("ABCDEFGHIJ"); got != "ABCD EFGH IJ" {
		t.Errorf("in groups: %q", got)
	}
}
