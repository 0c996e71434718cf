// Command server runs Counterclaim: it serves readers' pages, and its subcommands bring articles in, publish editions,
// carry all of it elsewhere and check it. It reads the settings and wires the packages together; it knows nothing of SQL
// or HTML.
//
// The exit status is 0 if a command has done what it was asked for, 2 if it was called wrongly, and 1 otherwise, with one
// line on standard error that says why. Results go to standard output, progress and the log to standard error.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Verbose bool `short:"v" help:"Log every step, and the whole cause of a failure."`

	Serve    serveCommand    `cmd:"" default:"1" help:"Serve readers' pages (the default). Makes the database ready and, if nothing was ever published, loads and publishes the corpus."`
	Migrate  migrateCommand  `cmd:"" help:"Make the database ready for this release."`
	Import   importCommand   `cmd:"" help:"Bring in a corpus, full texts of articles, or a folder made by export."`
	Publish  publishCommand  `cmd:"" help:"Publish new editions of facts that have changed."`
	Export   exportCommand   `cmd:"" help:"Write the corpus, all editions and their log into a new folder."`
	Verify   verifyCommand   `cmd:"" help:"Recompute all that was ever published and compare; or do so with a folder made by export."`
	LogKey   logKeyCommand   `cmd:"" help:"Make a key with which the log is signed."`
	Withdraw withdrawCommand `cmd:"" help:"Take a fact from the lists, or merge it into another. Its editions stay at their addresses."`
	Takedown takedownCommand `cmd:"" help:"Withhold a passage, an article, a person or an edition, from readers and from the desk."`
	Editor   editorCommand   `cmd:"" help:"Make accounts of the editors' side, and change them."`
	Doctor   doctorCommand   `cmd:"" help:"Check the installation and say what to do about what is wrong."`
	Health   healthCommand   `cmd:"" help:"Ask the server at ADDR whether it is ready."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// A program is what a command has to work with.
type program struct {
	settings       settings
	stdout, stderr io.Writer
	log            *slog.Logger
	verbose        bool
}

// A usageError says that a command was called wrongly.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func main() {
	ctx, end := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals) // before anybody can see that the program ends: a second signal ends it at once
		end()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run carries out a command and returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	err := command(ctx, args, getenv, stdout, stderr)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "server:", plain(ctx, err))
	if _, ok := errors.AsType[*usageError](err); ok {
		return 2
	}
	return 1
}

func command(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	for i, arg := range args {
		if !utf8.ValidString(arg) {
			return &usageError{fmt.Sprintf("argument %d, %q, is not valid UTF-8", i+1, arg)}
		}
	}
	var c commands
	parser, err := kong.New(&c, kong.Name("server"), kong.Writers(stdout, stderr),
		kong.Description("Counterclaim compares conflicting narratives. Its settings come from the environment; the README lists them."))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return &usageError{err.Error() + "; server --help tells more"}
	}
	p := &program{stdout: stdout, stderr: stderr, verbose: c.Verbose}
	p.log = slog.New(logHandler(stderr, parsed.Command() == "serve", c.Verbose))
	if parsed.Command() != "version" {
		if p.settings, err = readSettings(getenv); err != nil {
			return err
		}
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if err != nil {
		p.log.DebugContext(ctx, "failed", "error", err)
	}
	return err
}

// logHandler writes the log as text to a terminal and as JSON to anything else. A subcommand logs failures only.
func logHandler(w io.Writer, serving, verbose bool) slog.Handler {
	o := &slog.HandlerOptions{Level: slog.LevelError}
	switch {
	case verbose:
		o.Level = slog.LevelDebug
	case serving:
		o.Level = slog.LevelInfo
	}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice == 0 {
			return slog.NewJSONHandler(w, o)
		}
	}
	return slog.NewTextHandler(w, o)
}

// progress tells people what a long command is doing.
func (p *program) progress(format string, args ...any) {
	fmt.Fprintf(p.stderr, format+"\n", args...)
}

// print writes a result, as JSON or in its own words.
func (p *program) print(asJSON bool, result fmt.Stringer) error {
	if !asJSON {
		_, err := fmt.Fprintln(p.stdout, result)
		return err
	}
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(result)
}
