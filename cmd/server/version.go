package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// A build is what is known of how this program was built.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the source, "" if not known
	Modified bool   `json:"modified"` // the source had changes beyond the revision
	Go       string `json:"go"`
}

// String returns the build as one line.
func (b build) String() string {
	s := "counterclaim " + b.Version
	if b.Revision != "" {
		s += ", revision " + b.Revision
	}
	if b.Modified {
		s += " with changes"
	}
	return s + ", " + b.Go
}

// Run prints the version.
func (c versionCommand) Run(p *program) error { return p.print(c.JSON, thisBuild()) }

func thisBuild() build {
	b := build{Version: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = cmp.Or(info.Main.Version, b.Version)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
