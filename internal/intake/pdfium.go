package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	pdfium "github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// PDFs are read by PDFium in a sandbox: whatever a hostile file does to it, it has no files, no network, 256 MiB and
// [MaxReading]. A sandbox is made for each file and thrown away, so that nothing stays in memory and no file can touch
// the next.
const (
	pdfMemoryPages = 4096 // of 64 KiB
	// fewPages is how many pages an interpreter reads sooner than a compiler is ready, which takes some five seconds.
	fewPages = 25
)

// pdfTurns let one file be read at a time, since each takes some 200 MiB, and three wait, of which each may have 20.
var pdfTurns = newTurns(3)

// openPDF reads the text of all pages.
func openPDF(body []byte) (pdfFile, error) { return openPDFWithin(MaxReading, body) }

func openPDFWithin(limit time.Duration, body []byte) (pdfFile, error) {
	done, err := pdfTurns.take(MaxWaiting)
	if err != nil {
		return pdfFile{}, fmt.Errorf("intake: %w: other PDFs are being read", err)
	}
	defer done()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	file, pages, err := readPDF(ctx, wazero.NewRuntimeConfigInterpreter(), body, fewPages)
	if err == nil && pages > fewPages {
		file, _, err = readPDF(ctx, wazero.NewRuntimeConfig(), body, MaxPages)
	}
	switch {
	case ctx.Err() != nil:
		return pdfFile{}, fmt.Errorf("intake: %w: the PDF could not be read within %s", ErrTimeout, limit)
	case errors.Is(err, pdfiumerrors.ErrPassword):
		return pdfFile{}, fmt.Errorf("intake: %w: the PDF asks for a password", ErrFormat)
	case err != nil && !errors.Is(err, ErrTooLarge):
		return pdfFile{}, fmt.Errorf("intake: %w: it cannot be read as a PDF", ErrMalformed)
	}
	return file, err
}

// readPDF reads a file's pages, unless they are more than most, and says how many there are.
func readPDF(ctx context.Context, config wazero.RuntimeConfig, body []byte, most int) (file pdfFile, pages int, err error) {
	defer func() {
		if cause := recover(); cause != nil { // the sandbox was closed in the middle of a call
			file, err = pdfFile{}, fmt.Errorf("%w: %v", ErrMalformed, cause)
		}
	}()
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MinIdle: 0, MaxIdle: 1, MaxTotal: 1, Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: config.WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(pdfMemoryPages).WithCloseOnContextDone(true),
	})
	if err != nil {
		return pdfFile{}, 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	instance, err := pool.GetInstance(MaxReading)
	if err != nil {
		return pdfFile{}, 0, err
	}
	document, err := instance.OpenDocument(&requests.OpenDocument{File: &body})
	if err != nil {
		return pdfFile{}, 0, err
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: document.Document})
	if err != nil {
		return pdfFile{}, 0, err
	}
	if count.PageCount > MaxPages {
		return pdfFile{}, 0, fmt.Errorf("intake: %w: %d pages, more than %d", ErrTooLarge, count.PageCount, MaxPages)
	}
	if count.PageCount > most {
		return pdfFile{}, count.PageCount, nil
	}
	letters := 0
	for i := range count.PageCount {
		lines, err := readPage(instance, document.Document, i)
		if err != nil {
			return pdfFile{}, 0, err
		}
		for _, l := range lines {
			letters += len(l.text)
		}
		if letters > MaxSize {
			return pdfFile{}, 0, fmt.Errorf("intake: %w: more than %d bytes of text", ErrTooLarge, MaxSize)
		}
		file.pages = append(file.pages, lines)
	}
	for tag, field := range map[string]*string{"Title": &file.title, "Author": &file.author, "CreationDate": &file.created} {
		if text, err := instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: document.Document, Tag: tag}); err == nil {
			*field = strings.TrimSpace(text.Value)
		}
	}
	return file, count.PageCount, nil
}

// mostLines is how many lines of a page are measured; a page of a newspaper has some hundreds.
const mostLines = 2000

// readPage reads the lines of a page in the order in which they are read, with their edges.
func readPage(instance pdfium.Pdfium, document references.FPDF_DOCUMENT, index int) ([]pdfLine, error) {
	page := requests.Page{ByIndex: &requests.PageByIndex{Document: document, Index: index}}
	loaded, err := instance.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return nil, err
	}
	count, err := instance.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: loaded.TextPage})
	if err != nil {
		return nil, err
	}
	if count.Count <= 0 {
		return nil, nil
	}
	text, err := instance.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: loaded.TextPage, StartIndex: 0, Count: count.Count})
	if err != nil {
		return nil, err
	}
	var lines []pdfLine
	at := 0
	for part := range strings.SplitSeq(text.Text, "\r\n") {
		n := utf8.RuneCountInString(part)
		l := pdfLine{text: strings.TrimSpace(part)}
		if l.text != "" && len(lines) < mostLines {
			first := at + utf8.RuneCountInString(part) - utf8.RuneCountInString(strings.TrimLeft(part, " "))
			last := at + utf8.RuneCountInString(strings.TrimRight(part, " ")) - 1
			a, err := instance.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: loaded.TextPage, Index: first})
			if err != nil {
				return nil, err
			}
			b, err := instance.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: loaded.TextPage, Index: last})
			if err != nil {
				return nil, err
			}
			l.left, l.right = float64(min(a.Rect.Left, b.Rect.Left)), float64(max(a.Rect.Right, b.Rect.Right))
			l.top, l.bottom = float64(max(a.Rect.Top, b.Rect.Top)), float64(min(a.Rect.Bottom, b.Rect.Bottom))
		}
		if l.text != "" {
			lines = append(lines, l)
		}
		at += n + len("\r\n")
	}
	_, err = instance.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})
	return lines, err
}
