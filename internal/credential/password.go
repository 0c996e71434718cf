package credential

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Bounds of a password's length, in characters of its normal form.
const (
	ShortestPassword = 15
	LongestPassword  = 200
)

// longestTyped bounds what is hashed at all, in bytes: the longest password, each character of four bytes and of two before
// its normal form.
const longestTyped = LongestPassword * 8

// cost is what a guess costs: Argon2id with 46 MiB, one pass, one lane (OWASP ASVS 5.0, appendix C).
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	lanes   uint8
	saltLen int
	keyLen  uint32
}

var today = cost{memory: 47_104, passes: 1, lanes: 1, saltLen: 16, keyLen: 32}

// hashing bounds how many passwords are hashed at once, for each takes a processor and 46 MiB.
var hashing = make(chan struct{}, runtime.GOMAXPROCS(0))

// A Weak is the error of a password that may not be chosen.
type Weak struct {
	Message string // a sentence without its subject, as in "is shorter than 15 characters"
}

// Error returns the message.
func (e *Weak) Error() string { return "the password " + e.Message }

// errHash is the error of a stored hash that this package has not written.
var errHash = errors.New("credential: not a hash of a password")

// normal is the form in which a password is hashed: NFC and nothing else. The same letter typed on two keyboards can come as
// one code point or as two; it must not matter on which of them somebody sits.
func normal(password string) string { return norm.NFC.String(password) }

// CheckPassword returns [*Weak] for a password that may not be chosen: too short or too long, or one that is guessed early
// because it consists of common words, of the given words (such as the account's name), of rows of a keyboard, of numbers in
// order or of repetitions. There are no rules on kinds of characters.
func CheckPassword(password string, words ...string) error {
	switch p := normal(password); {
	case !utf8.ValidString(password):
		return &Weak{"is not valid UTF-8"}
	case strings.ContainsFunc(p, unicode.IsControl):
		return &Weak{"has a control character, which some keyboards cannot type"}
	case utf8.RuneCountInString(p) < ShortestPassword:
		return &Weak{fmt.Sprintf("is shorter than %d characters; a few words with spaces between them will do", ShortestPassword)}
	case utf8.RuneCountInString(p) > LongestPassword:
		return &Weak{fmt.Sprintf("is longer than %d characters", LongestPassword)}
	case parts(p, words) < fewestParts:
		return &Weak{"is one of those that are guessed first: it consists of common words, repetitions or rows of keys; take words that have nothing to do with each other"}
	}
	return nil
}

// HashPassword returns the hash of a password with a new salt, as a PHC string. It takes some 40 ms of a processor and 46 MiB,
// and waits until one is free. The error is ctx's.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := random(today.saltLen)
	key, err := derive(ctx, password, salt, today)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, today.memory, today.passes, today.lanes,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// standIn is the hash against which a password is checked where there is none, so that the answer takes as long. Its key is
// that of no password.
var standIn = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	argon2.Version, today.memory, today.passes, today.lanes)

// VerifyPassword reports whether a password is the one that a hash was made of, and whether the hash was made with other
// parameters than today's, so that it should be made anew. Without a hash ("") it takes as long and reports false. The error is
// ctx's, or that of a hash that this package has not written.
func VerifyPassword(ctx context.Context, hash, password string) (ok, outdated bool, err error) {
	known := hash != ""
	if !known {
		hash = standIn
	}
	c, salt, want, err := parseHash(hash)
	if err != nil {
		return false, false, err
	}
	if len(password) > longestTyped {
		password, known = "", false
	}
	key, err := derive(ctx, password, salt, c)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(key, want) == 1 && known
	return ok, ok && c != today, nil
}

// derive runs Argon2id, of which as many run at once as there are processors.
func derive(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case hashing <- struct{}{}:
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(normal(password)), salt, c.passes, c.memory, c.lanes, c.keyLen), nil
}

// parseHash takes a PHC string of Argon2id apart. What it asks for is bounded.
func parseHash(hash string) (c cost, salt, key []byte, err error) {
	var version int
	f := strings.Split(hash, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(f[2], "v=%d", &version); err != nil || version != argon2.Version {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(f[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil {
		return c, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(f[4]); err != nil {
		return c, nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(f[5]); err != nil {
		return c, nil, nil, errHash
	}
	if c.memory > 1<<20 || c.passes < 1 || c.passes > 100 || c.lanes < 1 || len(salt) < 8 || len(key) < 16 || len(key) > math.MaxUint8 {
		return c, nil, nil, errHash
	}
	c.saltLen, c.keyLen = len(salt), uint32(len(key))
	return c, salt, key, nil
}
