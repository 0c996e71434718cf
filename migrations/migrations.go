// Package migrations holds the database's schema as numbered goose migrations, up and down. A file that has landed is
// never edited; a change is a new file.
package migrations

import "embed"

// FS holds the migrations at its root.
//
//go:embed *.sql
var FS embed.FS
