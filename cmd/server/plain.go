package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

// operation is how errors of our packages begin: "store.Open: ", `store.Import("import"): `, "postgres: ".
var operation = regexp.MustCompile(`^(archive|checkpoint|corpus|edition|intake|passage|postgres|store|web)(\.[A-Z]\w*(\([^()]*\))?)?: `)

// plain says in one line what went wrong, in words that do not need the code to be understood. The whole cause is in the
// log of a command called with --verbose.
func plain(ctx context.Context, err error) string {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	if fault, ok := errors.AsType[*edition.Fault](err); ok {
		return fault.Error()
	}
	if missing, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		return missing.Path + " does not exist"
	}
	message := err.Error()
	for {
		rest := operation.ReplaceAllString(message, "")
		if rest == message {
			break
		}
		message = rest
	}
	message = strings.Join(strings.Fields(message), " ")
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrInvalid) || errors.Is(err, store.ErrRefused) {
		if rule := store.Constraint(err); rule != "" {
			return fmt.Sprintf("the database does not take it (%s): %s", rule, message)
		}
	}
	return message
}
