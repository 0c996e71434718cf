package web

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"

	"counterclaim/internal/web/ui"
	"counterclaim/static"
)

// A colour is linear red, green and blue, each from 0 to 1.
type colour [3]float64

var schemes = []string{"light", "dark"}

// palette reads the colours of the style sheet by name, in the light and the dark scheme.
func palette(t *testing.T) map[string][2]colour {
	t.Helper()
	css, err := static.FS.ReadFile("site.css")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string][2]colour{}
	pair := regexp.MustCompile(`--([a-z0-9]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`)
	for _, m := range pair.FindAllStringSubmatch(string(css), -1) {
		colours[m[1]] = [2]colour{parseColour(t, m[2]), parseColour(t, m[3])}
	}
	return colours
}

func parseColour(t *testing.T, hex string) colour {
	t.Helper()
	var c colour
	for i := range c {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if s := float64(v) / 255; s <= 0.04045 {
			c[i] = s / 12.92
		} else {
			c[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return c
}

func (c colour) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is the contrast ratio of WCAG 2.2.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast computes every pair of text and ground in both schemes.
func TestContrast(t *testing.T) {
	t.Parallel()
	colours := palette(t)
	texts := []string{"ink", "soft", "accent"}
	for i := range ui.Colours {
		texts = append(texts, fmt.Sprintf("p%d", i+1))
	}
	for _, ground := range []string{"paper", "wash"} {
		for _, text := range texts {
			if _, ok := colours[text]; !ok {
				t.Fatalf("site.css has no pair of colours --%s", text)
			}
			for i, scheme := range schemes {
				if got := contrast(colours[text][i], colours[ground][i]); got < 4.5 {
					t.Errorf("--%s on --%s, %s: contrast %.2f, want 4.5 or more", text, ground, scheme, got)
				}
			}
		}
	}
}

// blindness holds what is seen with each kind of colour vision (Machado, Oliveira and Fernandes 2009, severity 1).
var blindness = map[string][3][3]float64{
	"full colour vision": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":         {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia":       {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":         {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func (c colour) seen(by [3][3]float64) colour {
	var s colour
	for i := range s {
		for j := range c {
			s[i] += by[i][j] * c[j]
		}
		s[i] = min(max(s[i], 0), 1)
	}
	return s
}

// oklab returns the coordinates of a colour in Björn Ottosson's Oklab, in which equal distances look alike.
func (c colour) oklab() [3]float64 {
	l := math.Cbrt(0.4122214708*c[0] + 0.5363325363*c[1] + 0.0514459929*c[2])
	m := math.Cbrt(0.2119034982*c[0] + 0.6806995451*c[1] + 0.1073969566*c[2])
	s := math.Cbrt(0.0883024619*c[0] + 0.2817188376*c[1] + 0.6299787005*c[2])
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

func distance(a, b colour) float64 {
	x, y := a.oklab(), b.oklab()
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// TestPositionsCanBeToldApart computes the distance of every pair of positions' colours for every kind of colour vision
// in both schemes. 0.05 is about two and a half times what is just noticed.
func TestPositionsCanBeToldApart(t *testing.T) {
	t.Parallel()
	colours := palette(t)
	for i := 1; i <= ui.Colours; i++ {
		for j := i + 1; j <= ui.Colours; j++ {
			a, b := colours[fmt.Sprintf("p%d", i)], colours[fmt.Sprintf("p%d", j)]
			for k, scheme := range schemes {
				for kind, by := range blindness {
					if got := distance(a[k].seen(by), b[k].seen(by)); got < 0.05 {
						t.Errorf("--p%d and --p%d, %s, %s: distance %.3f, want 0.05 or more", i, j, scheme, kind, got)
					}
				}
			}
		}
	}
}
