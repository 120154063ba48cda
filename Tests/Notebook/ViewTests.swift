import Foundation
import Tensors
import Testing

@testable import Notebook

/// Tensors as pictures.
struct ViewTests {
  @Test func aMaskedFilterIsMarked() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu; backward")
    #expect(
      notebook.shown("view grad")
        == """
        filter 0 masked   filter 1
          :  x  #           :  % -;
          o  %  @           :  @ -.
          x  @  @          -: -;  ;

        shade       .       :       ;       o       x       %       #       @
         from  0.0000  0.6440  1.2880  1.9320  2.5759  3.2199  3.8639  4.5079
        largest magnitude 5.1519; - marks negative values
        masked: a filter that mask or prune has switched off
        """)
    #expect(notebook.shown("view input")?.contains("masked") == false)
    #expect(notebook.shown("view output")?.hasPrefix("[0, 0] masked   [0, 1]\n") == true)
    #expect(notebook.shown("view demo.weight")?.contains("filter 0 masked") == true)
    #expect(notebook.shown("view grad.abs()")?.hasPrefix("[0, 0]  ") == true)
    #expect(notebook.shown("i = 0; view grad[i]") == notebook.shown("view grad[0]"))
  }
}
