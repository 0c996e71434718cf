package edition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"counterclaim/internal/narrative"
)

// namedDay finds days, months and years in English text: 2023-01-24, 24 January 2023, January 24, 2023, January 2023, 2023.
var namedDay = func() *regexp.Regexp {
	month := `(` + strings.Join(monthNames(), "|") + `)`
	year := `((?:19|20)[0-9]{2})`
	return regexp.MustCompile(`\b(?:` + year + `-([0-9]{2})-([0-9]{2})|(?:([0-9]{1,2}) )?` + month + ` ` + year + `|` +
		month + ` ([0-9]{1,2}), ` + year + `|` + year + `)\b`)
}()

func monthNames() []string {
	var names []string
	for m := time.January; m <= time.December; m++ {
		names = append(names, m.String())
	}
	return names
}

// lastDayNamed returns the latest of the days that a text names in words of ours, "" if it names none. A month or year
// stands for its first day, since more is not said. Words of others may name what day they like.
func lastDayNamed(t Text) narrative.Day {
	var last narrative.Day
	for _, run := range t {
		if run.Kind == RunSaid || run.Kind == RunCite {
			continue
		}
		for _, m := range namedDay.FindAllStringSubmatch(run.Text, -1) {
			year := m[1] + m[6] + m[9] + m[10] // of the one form that matched
			month := m[2]
			if name := m[5] + m[7]; name != "" {
				month = fmt.Sprintf("%02d", slices.Index(monthNames(), name)+1)
			}
			last = max(last, narrative.Day(year+"-"+twoDigits(month)+"-"+twoDigits(m[3]+m[4]+m[8])))
		}
	}
	return last
}

// twoDigits writes the number of a month or day in two digits, the first one for none.
func twoDigits(s string) string {
	switch len(s) {
	case 0:
		return "01"
	case 1:
		return "0" + s
	}
	return s
}
