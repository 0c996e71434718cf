package intake

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"counterclaim/internal/narrative"
)

// months are the names of months as dates are printed, in small letters: each row January to December.
var months = monthNames(
	"january february march april may june july august september october november december",
	"jan feb mar apr may jun jul aug sep oct nov dec",
	"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
	"հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
	"იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
	"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
	"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
	"januar februar märz april mai juni juli august september oktober november dezember",
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)

func monthNames(rows ...string) map[string]time.Month {
	m := map[string]time.Month{"sept": time.September}
	for _, row := range rows {
		for i, name := range strings.Fields(row) {
			m[name] = time.Month(i + 1)
		}
	}
	return m
}

// The forms of a printed date. The groups are day, month and year, in the order of the form.
var (
	dayFirst   = regexp.MustCompile(`(?:^|[^\p{L}\d.])(\d{1,2})(?:st|nd|rd|th|\.)? +(?:de )?(\p{L}[\p{L}\p{M}]*)\.?,? +(?:de )?(\d{4})`)
	monthFirst = regexp.MustCompile(`(?:^|[^\p{L}])(\p{L}[\p{L}\p{M}]*)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})`)
	yearFirst  = regexp.MustCompile(`(?:^|[^\p{L}\d])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
	numeric    = regexp.MustCompile(`(?:^|[^\p{L}\d./-])(\d{1,2})([./-])(\d{1,2})[./-](\d{4})`)

	timeOfDay   = regexp.MustCompile(`(?i)[T ,]*\b\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?(?: ?(?:UTC|GMT|Z|[A-Z]{1,4}T)\b)?(?: ?[+-]\d\d:?\d\d)?`)
	updateWords = regexp.MustCompile(`(?i)updat|modif|edited|güncel|обновл|измен|yenil|թարմաց|تحديث|mis à jour|aktualis|actualiz`)
	dateWords   = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:first|last|date|published|publication|posted|created|issued|on|at|updated?|modified|edited|yayınlanma|tarihi?|son|güncelleme|` +
		`опубликовано|дата|публикации|обновлено|изменено|tarix|dərc|yeniləndi|yenilənib|հրապարակվել|է|թարմացվել|نشر|في|آخر|تحديث|publié|le|mis|à|jour|veröffentlicht|aktualisiert|am|publicado|el|actualizado|` +
		`mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|г|utc|gmt)(?:$|[^\p{L}])`)
)

// A printedDate is a date on a line.
type printedDate struct {
	start, end       int // bytes of the line
	year, month, day int
	swapped          bool // day and month may stand the other way round
	sign             string
}

// A dated line is one that says when the text was published or modified.
type dated struct {
	published, modified []stamp
	alone               bool // it says nothing else
}

// readDated reads a line such as "24.01.2023 - Update : 25.01.2023" or "Harbour, 24 January 2023". A line that says
// something else has no dates: one that is long, or has words in small letters which are not those of a date.
func readDated(s string) dated {
	if s = oneSpaced(westernDigits(s)); s == "" || utf8.RuneCountInString(s) > longestShort || isProse(s) {
		return dated{}
	}
	found := printedDates(s)
	if len(found) == 0 || len(found) > 4 {
		return dated{}
	}
	var d dated
	var rest strings.Builder
	last := 0
	for _, p := range found {
		label := s[last:p.start]
		rest.WriteString(label + " ")
		st := stamp{where: "the text's line", text: strings.TrimSpace(s[p.start:p.end]), date: p.date()}
		if updateWords.MatchString(label) {
			d.modified = append(d.modified, st)
		} else {
			d.published = append(d.published, st)
		}
		last = p.end
	}
	rest.WriteString(s[last:])
	over := timeOfDay.ReplaceAllString(rest.String(), " ")
	for range 3 { // words that stand side by side share the space between them
		over = dateWords.ReplaceAllString(over, " ")
	}
	words := strings.FieldsFunc(over, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	d.alone = len(words) == 0
	if len(words) > 6 || slices.ContainsFunc(words, func(w string) bool {
		r, _ := utf8.DecodeRuneInString(w)
		return unicode.IsLower(r) || unicode.IsDigit(r)
	}) {
		return dated{}
	}
	return d
}

// printedDates finds the dates on a line, in order.
func printedDates(s string) []printedDate {
	var list []printedDate
	add := func(start, end int, year, month, day string, sign string) {
		p := printedDate{start: start, end: end, sign: sign}
		p.year, _ = strconv.Atoi(year)
		p.day, _ = strconv.Atoi(day)
		if p.month, _ = strconv.Atoi(month); p.month == 0 {
			p.month = int(months[strings.ToLower(month)])
		}
		if sign != "" && p.month > 12 && p.day <= 12 { // only one way round is a date
			p.day, p.month = p.month, p.day
		}
		p.swapped = sign != "" && p.day <= 12 && p.day != p.month
		t := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC)
		if p.month >= 1 && t.Day() == p.day && int(t.Month()) == p.month && sane(t) && t.Year() < 2200 &&
			!slices.ContainsFunc(list, func(o printedDate) bool { return start < o.end && o.start < end }) {
			list = append(list, p)
		}
	}
	for _, m := range dayFirst.FindAllStringSubmatchIndex(s, 8) {
		add(m[2], m[1], s[m[6]:m[7]], s[m[4]:m[5]], s[m[2]:m[3]], "")
	}
	for _, m := range monthFirst.FindAllStringSubmatchIndex(s, 8) {
		add(m[2], m[1], s[m[6]:m[7]], s[m[2]:m[3]], s[m[4]:m[5]], "")
	}
	for _, m := range yearFirst.FindAllStringSubmatchIndex(s, 8) {
		add(m[2], m[1], s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]], "")
	}
	for _, m := range numeric.FindAllStringSubmatchIndex(s, 8) {
		add(m[2], m[1], s[m[8]:m[9]], s[m[6]:m[7]], s[m[2]:m[3]], s[m[4]:m[5]])
	}
	slices.SortFunc(list, func(a, b printedDate) int { return cmp.Compare(a.start, b.start) })
	return list
}

// date is the day as given; as inferred where day and month could be swapped and the full stop speaks for the day first;
// and as not known, with both, where nothing does.
func (p printedDate) date() narrative.Date {
	t := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC)
	if !p.swapped {
		return narrative.Date{On: onDay(t), Basis: narrative.Given}
	}
	other := time.Date(p.year, time.Month(p.day), p.month, 0, 0, 0, 0, time.UTC)
	if p.sign == "." {
		return inferred(narrative.Day(t.Format(time.DateOnly)),
			fmt.Sprintf("printed in numbers with full stops, where the day most often comes first; %s is possible", other.Format("2 January 2006")))
	}
	return narrative.Date{Basis: narrative.Unknown, Reason: fmt.Sprintf("printed in numbers that may mean %s or %s", t.Format("2 January 2006"), other.Format("2 January 2006"))}
}

// westernDigits writes the digits of other scripts as 0 to 9.
func westernDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		}
		return r
	}, s)
}
