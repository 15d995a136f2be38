;;; Drives the language server from Emacs as docs/editors.md sets it up, and writes what it saw as JSON.  -*- lexical-binding: t -*-
;; Arguments by environment: SETUP, PROTO_FILE, OLD_TEXT, NEW_TEXT, OUTPUT.
(require 'json)
;; As at every start but that of a script.
(package-initialize)
(load (getenv "SETUP"))
(require 'eglot)
(setq eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil
      flymake-no-changes-timeout nil)

(defun wait-for (what condition)
  "Wait until CONDITION yields something, and return it; WHAT is missing otherwise."
  (let ((deadline (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) deadline))
      (accept-process-output nil 0.02))
    (or found (error "No %s in half a minute" what))))

(defun shown ()
  "The diagnostics, as if Flymake's timer had run, which it does not in a script."
  (flymake-start)
  (flymake-diagnostics))

(defun seen ()
  (find-file (getenv "PROTO_FILE"))
  ;; What a command loop would do.
  (run-hooks 'post-command-hook)
  (let ((server (wait-for "server" #'eglot-current-server)))
    (flymake-mode 1)
    (search-forward (getenv "OLD_TEXT"))
    (replace-match (getenv "NEW_TEXT") t t)
    (eglot--signal-textDocument/didChange)
    (let* ((found (wait-for "diagnostic" #'shown))
           (diagnostic (car found))
           (text (flymake-diagnostic-text diagnostic))
           (place (flymake-diagnostic-beg diagnostic)))
      (goto-char place)
      (let* ((marked (buffer-substring place (flymake-diagnostic-end diagnostic)))
             (hover (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams)))
             (actions (jsonrpc-request server :textDocument/codeAction
                                       (list :textDocument (eglot--TextDocumentIdentifier)
                                             :range (list :start (eglot--pos-to-lsp-position)
                                                          :end (eglot--pos-to-lsp-position))
                                             :context (list :diagnostics [])))))
        (eglot--apply-workspace-edit (plist-get (aref actions 0) :edit))
        (eglot--signal-textDocument/didChange)
        (wait-for "end of the finding" (lambda () (null (shown))))
        `((mode . ,(symbol-name major-mode))
          (diagnostic . ,text)
          (marked . ,marked)
          (hover . ,(plist-get (plist-get hover :contents) :value))
          (text . ,(buffer-substring-no-properties (point-min) (point-max))))))))

(let ((told (condition-case failure (seen) (error `((failure . ,(error-message-string failure)))))))
  (with-temp-file (getenv "OUTPUT") (insert (json-encode told))))
(kill-emacs)
