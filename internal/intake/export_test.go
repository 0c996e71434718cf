package intake

import (
	"net"
	"syscall"
	"time"

	"counterclaim/internal/narrative"
)

// Permit lets a client reach a server of a test, at an address that is private.
func (c *Client) Permit(address string) {
	guard := c.guard
	c.guard = func(network, asked string, raw syscall.RawConn) error {
		if asked == address {
			return nil
		}
		return guard(network, asked, raw)
	}
	_, port, _ := net.SplitHostPort(address)
	c.ports[port] = true
}

// ResolveWith makes a client ask another server for names.
func (c *Client) ResolveWith(r *net.Resolver) { c.dialer.Resolver = r }

// A PDFLine is a line of a page of a PDF: its text and its edges, in points.
type PDFLine struct {
	Text                     string
	Left, Right, Top, Bottom float64
}

// ReadPDFLines makes a draft of the lines of a PDF's pages.
func ReadPDFLines(title, created string, pages [][]PDFLine) (Draft, error) {
	file := pdfFile{title: title, created: created}
	for _, lines := range pages {
		var list []pdfLine
		for _, l := range lines {
			list = append(list, pdfLine{l.Text, l.Left, l.Right, l.Top, l.Bottom})
		}
		file.pages = append(file.pages, list)
	}
	d := &drafter{Draft: Draft{Format: PDF, HeadlineBy: narrative.ByDesk}}
	if err := d.pdfText(file); err != nil {
		return Draft{}, err
	}
	return d.finish()
}

// OpenPDFWithin reads a PDF in less time than there is otherwise, and says what went wrong.
func OpenPDFWithin(limit time.Duration, body []byte) error {
	_, err := openPDFWithin(limit, body)
	return err
}
