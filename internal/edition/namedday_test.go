package edition

import (
	"testing"

	"counterclaim/internal/narrative"
)

func TestLastDayNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]narrative.Day{
		"":                                     "",
		"Nobody says when.":                    "",
		"24 January 2023":                      "2023-01-24",
		"On 4 January 2023 and 24 March 2022.": "2023-01-04",
		"10 January to 14 September 2023":      "2023-09-14",
		"10 or 11 January 2023, inferred":      "2023-01-11",
		"January 24, 2023":                     "2023-01-24",
		"in September 2023":                    "2023-09-01",
		"of 2023":                              "2023-01-01",
		"as of 2023-01-24":                     "2023-01-24",
		"980 vehicles, 12500 tonnes, 120234":   "",
		"of May":                               "",
	}
	for text, want := range tests {
		if got := lastDayNamed(plain(text)); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
	said := Text{{Text: "by 1 March 2030", Kind: RunSaid}, {Text: "2029", Kind: RunCite}, {Text: " said on 3 May 2023"}}
	if got := lastDayNamed(said); got != "2023-05-03" {
		t.Errorf("beside words of others %q is named", got)
	}
}
