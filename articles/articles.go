// Package articles holds the corpus that the program ships, and a dispute invented for practice. Both are YAML files in
// the format of docs/format.md, which package corpus reads. Of the shipped corpus there are metadata and short passages of
// articles with the claims in them, and no full texts; the articles for practice were written for this project, and their
// full texts lie beside them.
package articles

import (
	"embed"
	"io/fs"
)

// FS holds the files of the shipped corpus: reference and facts are folders, articles lie in the root.
//
//go:embed reference/*.yaml facts/*.yaml *.yaml
var FS embed.FS

//go:embed practice
var practice embed.FS

// Practice holds the files of the dispute invented for practice, in the same folders, with the full text of each article
// as SLUG.txt beside it. Nothing loads it unless it is asked to.
var Practice = sub(practice, "practice")

// sub is the folder of that name, which is part of the program.
func sub(files embed.FS, name string) fs.FS {
	folder, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the name is no path
	}
	return folder
}
