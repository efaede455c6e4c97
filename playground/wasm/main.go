//go:build js && wasm

// Command wasm is the checker inside of the page: it gives JavaScript the function corewarden,
// which takes a playground.Request as JSON and returns a playground.Response.
package main

import (
	"syscall/js"

	"corewarden/playground"
)

func main() {
	js.Global().Set("corewarden", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return playground.Answer(args[0].String())
	}))
	select {} // the function lives as long as the program
}
