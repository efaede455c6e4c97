// Package playground tests the page on which people try the checker in a real Chromium.
package playground

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"corewarden/e2e/process"
)

// A Chromium is a browser without a window, with one page in it. It is driven by the DevTools
// protocol, through pipes: no port and no library is needed.
type Chromium struct {
	child  *process.Child
	in     *os.File
	ended  chan struct{} // the browser has closed its end
	folder string

	mu      sync.Mutex
	last    int
	session string
	waiting map[int]chan message
	events  []Event
}

// An Event is something that the browser tells unasked.
type Event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// message is a command, a reply or an event.
type message struct {
	Event
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// Find returns the path of a Chromium on this machine.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no chromium on this machine")
}

// Start starts the browser with an empty page. Stop ends it.
func Start(ctx context.Context, path string) (*Chromium, error) {
	folder, err := os.MkdirTemp("", "chromium")
	if err != nil {
		return nil, err
	}
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + folder, "--disable-gpu",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium has none as root
	}
	cmd := exec.CommandContext(ctx, path, append(args, "about:blank")...)
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // as 3 and 4, where Chromium looks for them
	cmd.WaitDelay = 10 * time.Second
	child, err := process.Start(cmd, nil)
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	c := &Chromium{child: child, in: ourOut, ended: make(chan struct{}), folder: folder, waiting: map[int]chan message{}}
	go c.read(ourIn)
	if err := c.attach(ctx); err != nil {
		return nil, errors.Join(err, c.Stop(ctx))
	}
	return c, nil
}

// attach chooses the page.
func (c *Chromium) attach(ctx context.Context) error {
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	if err := c.Call(ctx, "Target.getTargets", nil, &targets); err != nil {
		return err
	}
	for _, target := range targets.TargetInfos {
		if target.Type != "page" {
			continue
		}
		var attached struct{ SessionID string }
		if err := c.Call(ctx, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached); err != nil {
			return err
		}
		c.session = attached.SessionID
		return nil
	}
	return errors.New("chromium has no page")
}

// read takes what the browser sends: messages that end with a zero byte.
func (c *Chromium) read(from *os.File) {
	defer close(c.ended)
	defer from.Close()
	for r := bufio.NewReader(from); ; {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
			return
		}
		c.mu.Lock()
		if m.ID == 0 {
			c.events = append(c.events, m.Event)
		} else if reply, found := c.waiting[m.ID]; found {
			delete(c.waiting, m.ID)
			reply <- m
		}
		c.mu.Unlock()
	}
}

// Call sends a command and decodes what the reply holds into result, which may be nil.
func (c *Chromium) Call(ctx context.Context, method string, params, result any) error {
	encoded, err := json.Marshal(params)
	if err != nil {
		return err
	}
	reply := make(chan message, 1)
	c.mu.Lock()
	c.last++
	m := message{Event: Event{method, encoded}, ID: c.last, SessionID: c.session}
	c.waiting[m.ID] = reply
	c.mu.Unlock()
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := c.in.Write(append(text, 0)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	case <-c.ended:
		return fmt.Errorf("%s: chromium has ended", method)
	case m := <-reply:
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}

// Evaluate runs JavaScript in the page and decodes its value, or that of its promise.
func (c *Chromium) Evaluate(ctx context.Context, script string, value any) error {
	var told struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := c.Call(ctx, "Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true}, &told)
	if err != nil {
		return err
	}
	if e := told.ExceptionDetails; e != nil {
		return fmt.Errorf("%s %s", e.Text, e.Exception.Description)
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(told.Result.Value, value)
}

// Events returns what the browser has told of some kinds.
func (c *Chromium) Events(methods ...string) []Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	var told []Event
	for _, e := range c.events {
		if slices.Contains(methods, e.Method) {
			told = append(told, e)
		}
	}
	return told
}

// Stop ends the browser.
func (c *Chromium) Stop(ctx context.Context) error {
	c.session = ""
	if err := c.Call(ctx, "Browser.close", nil, nil); err != nil {
		_ = c.child.Signal(os.Kill) // it may have ended already
	}
	c.in.Close()
	<-c.child.Done() // how it exits does not matter
	return os.RemoveAll(c.folder)
}
