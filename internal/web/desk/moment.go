package desk

import (
	"strings"
	"time"

	"counterclaim/internal/narrative"
)

// dayWords writes a day or another date of the desk's, as in "3 May 2026" for 2026-05-03. What is no day is returned as it is.
func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}

// dayAndTime writes a moment for editors: "3 May 2026, 18:04 UTC".
func dayAndTime(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// minuteWords writes a moment in its own zone, as readers' pages do: "3 May 2026, 18:00 UTC+02:00".
func minuteWords(m narrative.Minute) string {
	text := m.Time().Format("2 January 2006, 15:04 UTC-07:00")
	return strings.TrimSuffix(text, "+00:00")
}
