package credential

import (
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// The second factor is a code that an app makes anew every 30 seconds from a secret (RFC 6238), with the parameters that every
// app knows: SHA-1 and six digits.
const (
	factorPeriod = 30 // seconds
	factorSkew   = 1  // steps either way that a clock may be wrong
	factorBytes  = 20 // of the secret, as RFC 4226 recommends
	factorIssuer = "Counterclaim desk"
)

var base32Bare = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewFactor returns a new secret of a second factor: 20 random bytes in base 32.
func NewFactor() string { return base32Bare.EncodeToString(random(factorBytes)) }

// FactorStep returns for which step of 30 seconds since 1970 a code was made with a secret, if that is the step of the given
// time or the one before or after it, and later than the last step whose code was used: a code is good once.
func FactorStep(secret, code string, at time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(code, " ", "") // as apps show it, in two groups
	if secret == "" {
		return 0, false
	}
	now := at.Unix() / factorPeriod
	for step := now - factorSkew; step <= now+factorSkew; step++ {
		if step <= last || step < 0 {
			continue
		}
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

// A Picture is a QR code, which an app reads a secret from. It is drawn in a square of Size by Size units, edge included.
type Picture struct {
	Size int
	Path string // of the dark squares, as the d of an SVG path
}

// pictureEdge is the light edge that a QR code needs to be found, in units (ISO/IEC 18004).
const pictureEdge = 4

// FactorPicture draws the secret of an account's second factor for an app to read.
func FactorPicture(account, secret string) (Picture, error) {
	raw, err := base32Bare.DecodeString(secret)
	if err != nil {
		return Picture{}, fmt.Errorf("credential: secret: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: factorIssuer, AccountName: account, Secret: raw, Period: factorPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return Picture{}, fmt.Errorf("credential: %w", err)
	}
	code, err := qr.Encode(key.URL(), qr.M, qr.Auto)
	if err != nil {
		return Picture{}, fmt.Errorf("credential: QR code: %w", err)
	}
	bounds := code.Bounds()
	var path strings.Builder
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x-bounds.Min.X+pictureEdge, y-bounds.Min.Y+pictureEdge)
			}
		}
	}
	return Picture{Size: bounds.Dx() + 2*pictureEdge, Path: path.String()}, nil
}

// FactorText writes a secret in groups of four characters, to be typed into an app that cannot see.
func FactorText(secret string) string {
	var groups []string
	for len(secret) > 4 {
		groups = append(groups, secret[:4])
		secret = secret[4:]
	}
	return strings.Join(append(groups, secret), " ")
}
