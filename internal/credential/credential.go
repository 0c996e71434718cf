// Package credential makes and checks what somebody proves with who he is: passwords, the codes of a second factor, and
// tokens. It knows nothing of accounts, of where anything is kept, or of HTTP.
package credential

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"
)

// tokenBytes is how many random bytes a token has.
const tokenBytes = 32

// NewToken returns a token that nobody can guess: 32 random bytes in URL-safe base 64.
func NewToken() string { return base64.RawURLEncoding.EncodeToString(random(tokenBytes)) }

// TokenHash returns the SHA-256 by which a token is known, so that who sees what is kept cannot use it. A token has so many
// random bits that a slow hash would gain nothing.
func TokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Recovery codes are what somebody keeps on paper for the day on which the second factor is lost.
const (
	// RecoveryCodes is how many one gets at a time.
	RecoveryCodes = 10
	recoveryBytes = 15 // 120 bits, so that a fast hash is enough
	recoveryGroup = 4  // characters between two hyphens
)

var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewRecoveryCodes returns new recovery codes, each of 120 random bits in groups of four characters.
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		bare := base32Lower.EncodeToString(random(recoveryBytes))
		var groups []string
		for len(bare) > 0 {
			groups = append(groups, bare[:recoveryGroup])
			bare = bare[recoveryGroup:]
		}
		codes[i] = strings.Join(groups, "-")
	}
	return codes
}

// RecoveryHash returns the SHA-256 by which a recovery code is known, however it was typed: in capitals, with other spaces
// and hyphens or none. It reports false for a text that is no recovery code.
func RecoveryHash(typed string) ([]byte, bool) {
	bare := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u2010", "", "\u2011", "", "\u2013", "").Replace(typed))
	if b, err := base32Lower.DecodeString(bare); err != nil || len(b) != recoveryBytes || base32Lower.EncodeToString(b) != bare {
		return nil, false
	}
	return TokenHash(bare), true
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return b
}
