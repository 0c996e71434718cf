// Package articles holds the corpus that the program ships: metadata and short passages of articles with the claims in
// them, as YAML files in the format of docs/format.md. Full texts are not among them. Package corpus reads the files.
package articles

import "embed"

// FS holds the files of the corpus: reference and facts are folders, articles lie in the root.
//
//go:embed reference/*.yaml facts/*.yaml *.yaml
var FS embed.FS
