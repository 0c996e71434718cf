package form

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// moves is what a button of a list says: positions.add, positions[2].up, positions[2].down, positions[2].remove.
var moves = regexp.MustCompile(`^([a-z_]+(?:\[\d{1,4}\]\.[a-z_]+)*)(?:\[(\d{1,4})\])?\.(add|up|down|remove)$`)

// Move does to the rows of a list what a button asks for, and reports whether it asks for such a thing. Rows are numbered
// anew from 0. The text of all other fields stays as it is.
func Move(fields url.Values, button string) bool {
	m := moves.FindStringSubmatch(button)
	if m == nil {
		return false
	}
	list, what := m[1], m[3]
	rows := Rows(fields, list)
	if what == "add" {
		next := 0
		if len(rows) > 0 {
			next = rows[len(rows)-1] + 1
		}
		if m[2] != "" || next >= MaxRows {
			return false
		}
		fields.Set(fmt.Sprintf("%s[%d].new", list, next), "")
		return true
	}
	row, err := strconv.Atoi(m[2])
	if err != nil {
		return false
	}
	at := -1
	for i, n := range rows {
		if n == row {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	switch {
	case what == "remove":
		rows = append(rows[:at:at], rows[at+1:]...)
	case what == "up" && at > 0:
		rows[at-1], rows[at] = rows[at], rows[at-1]
	case what == "down" && at < len(rows)-1:
		rows[at], rows[at+1] = rows[at+1], rows[at]
	}
	renumber(fields, list, rows)
	return true
}

// renumber puts the rows of a list in the order given, numbered from 0; rows that are not named go.
func renumber(fields url.Values, list string, rows []int) {
	moved := url.Values{}
	for to, from := range rows {
		prefix := fmt.Sprintf("%s[%d].", list, from)
		for name, values := range fields {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				moved[fmt.Sprintf("%s[%d].%s", list, to, rest)] = values
			}
		}
	}
	for name := range fields {
		if strings.HasPrefix(name, list+"[") {
			delete(fields, name)
		}
	}
	maps.Copy(fields, moved)
}
